const ofDistricts = '-0123456789abcdefghijklmnopqrstuvwxyz';
const ofUlids = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ulidBits = 128n;
const base = BigInt(ofDistricts.length + 1);

/**
 * Whose a passkey is, as the passkey itself says when somebody signs in without naming themself: district and account in one
 * number, since 64 bytes are all that there is (WebAuthn 3, 5.4.3) and a district's id alone may have 63 letters. No secret: it
 * only says where to look.
 */
export function writeUserHandle({ district, account }: Owner): Uint8Array<ArrayBuffer> {
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(account)) throw new Error('Accounts go by ULIDs.');
  const at = [...district].reduce((number, c) => number * base + BigInt(ofDistricts.indexOf(c) + 1), 0n);
  const of = [...account].reduce((number, c) => number * 32n + BigInt(ofUlids.indexOf(c)), 0n);
  const hex = ((at << ulidBits) | of).toString(16);
  return Uint8Array.from(Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'));
}

/** `undefined` for what nobody here can have written. */
export function readUserHandle(base64url: string): Owner | undefined {
  const bytes = Buffer.from(base64url, 'base64url');
  if (bytes.length <= Number(ulidBits) / 8 || bytes.length > 64) return undefined;
  const number = BigInt(`0x${bytes.toString('hex')}`);
  let [district, left] = ['', number >> ulidBits];
  for (; left > 0n; left /= base) {
    const digit = Number(left % base);
    // No letter stands for nothing, so that one number is one name.
    if (digit === 0) return undefined;
    district = ofDistricts.charAt(digit - 1) + district;
  }
  let [account, rest] = ['', BigInt.asUintN(Number(ulidBits), number)];
  for (; account.length < 26; rest >>= 5n) account = ofUlids.charAt(Number(rest & 31n)) + account;
  return /^[a-z0-9][a-z0-9-]{0,62}$/.test(district) ? { district, account } : undefined;
}

type Owner = { district: string; account: string };
