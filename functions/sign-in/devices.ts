import { digestOfSecret, newSecret, readHandle, writeHandle } from '../../shared/accounts/secret-handle.ts';

/** Says on which devices somebody has signed in before; it lets nobody in. */
const deviceCookie = '__Host-rolebook-device';

/** Browsers keep no cookie for longer than 400 days. */
const keptSeconds = 365 * 24 * 3600;

/** A family's or a classroom's computer is known to so many of its people, those who came last. */
const mostPeople = 5;
const separator = '~';

type Whose = { district: string; id: string };

/** Digest of the secret by which the browser says it is known to the account; a cookie counts for the account that it names. */
export function deviceOf(cookies: readonly string[], { district, id }: Whose): string | undefined {
  const mine = handlesIn(cookies).find((one) => one.district === district && one.id === id);
  return mine === undefined ? undefined : digestOfSecret(mine.secret);
}

/** One that the account is to know from now on, and the cookie that says so beside what it said of others. */
export function newDevice(cookies: readonly string[], { district, id }: Whose) {
  const secret = newSecret();
  return { device: digestOfSecret(secret), cookie: cookieOf(cookies, { district, id, secret }) };
}

/** The same device, for another year. */
export function knownDevice(cookies: readonly string[], whose: Whose): string | undefined {
  const mine = handlesIn(cookies).find((one) => one.district === whose.district && one.id === whose.id);
  return mine === undefined ? undefined : cookieOf(cookies, mine);
}

function cookieOf(cookies: readonly string[], mine: Whose & { secret: string }): string {
  const others = handlesIn(cookies).filter(
    ({ district, id }) => district !== mine.district || id !== mine.id,
  );
  const value = [mine, ...others].slice(0, mostPeople).map(writeHandle).join(separator);
  return `${deviceCookie}=${value}; Max-Age=${keptSeconds}; Path=/; Secure; HttpOnly; SameSite=Lax`;
}

function handlesIn(cookies: readonly string[]) {
  const texts = cookies
    .filter((cookie) => cookie.startsWith(`${deviceCookie}=`))
    .flatMap((cookie) => cookie.slice(deviceCookie.length + 1).split(separator, mostPeople));
  return texts.map(readHandle).filter((handle) => handle !== undefined);
}
