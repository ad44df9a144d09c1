import { createHash, ECDH } from 'node:crypto';

/** A public key of a person, as OpenSSH writes it on one line. */
export type SshKey = {
  type: string;
  /** Type and key, without the comment. */
  line: string;
  /** `SHA256:…`, as `ssh-keygen -l` shows it. */
  fingerprint: string;
  /** What follows the key on its line: people find their keys by it. */
  comment: string;
};

/** NIST SP 800-131A: shorter ones are no longer good. */
const fewestRsaBits = 2048;
/** OpenSSH makes none longer, and every check of one costs. */
const mostRsaBits = 16_384;
const mostCommentCharacters = 100;

const curves: Readonly<Record<string, string>> = {
  nistp256: 'prime256v1',
  nistp384: 'secp384r1',
  nistp521: 'secp521r1',
};

const problems = {
  private:
    'This is a private key, which nobody else may see. Make a new pair, and send the public one: the file that ends in .pub.',
  'long-form':
    'This is the long form of a public key. Send the one line that begins with ssh-ed25519, ecdsa-… or ssh-rsa: PuTTYgen shows it on top.',
  'several-lines': 'A public key is one line; send several as several.',
  'cut-off': 'The key is cut off or changed: copy the whole line again.',
  dsa: 'DSA keys are no longer safe. Make a new one: ssh-keygen -t ed25519',
  'security-stick': 'Keys of security sticks do not work here. Make one: ssh-keygen -t ed25519',
  options: 'Send the key alone, without the options of an authorized_keys file.',
  'no-key':
    'This is no public key that OpenSSH writes. Make one by ssh-keygen -t ed25519, and send the line of the file that ends in .pub.',
  'too-short': `An RSA key needs at least ${fewestRsaBits} bits. Make a new one: ssh-keygen -t ed25519`,
  'too-long': `An RSA key has at most ${mostRsaBits} bits here.`,
} as const;
export type SshKeyProblem = keyof typeof problems;

/** In words for the person. */
export function wordsOf(problem: SshKeyProblem): string {
  return problems[problem];
}

/** @returns the key, or what is wrong with it */
export function readSshKey(text: string): SshKey | SshKeyProblem {
  const line = text.trim();
  const isPrivate = /PRIVATE KEY|^PuTTY-User-Key-File/.test(line);
  if (isPrivate) return 'private';
  if (line.startsWith('---- BEGIN SSH2')) return 'long-form';
  if (/[\r\n]/.test(line)) return 'several-lines';
  const [type = '', base64 = '', ...comment] = line.split(/\s+/);
  const wrong = wrongType(type);
  if (wrong !== undefined) return wrong;
  const blob = Buffer.from(base64, 'base64');
  if (base64 === '' || blob.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, '')) {
    return 'cut-off';
  }
  const problem = problemOf(type, partsOf(blob));
  if (problem !== undefined) return problem;
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return {
    type,
    line: `${type} ${blob.toString('base64')}`,
    fingerprint: `SHA256:${digest}`,
    comment: comment.join(' ').replace(/\p{C}/gu, '').slice(0, mostCommentCharacters),
  };
}

function wrongType(type: string): SshKeyProblem | undefined {
  if (type === 'ssh-ed25519' || type === 'ssh-rsa' || /^ecdsa-sha2-nistp(256|384|521)$/.test(type)) {
    return undefined;
  }
  if (type === 'ssh-dss') return 'dsa';
  if (type.startsWith('sk-')) return 'security-stick';
  if (/^(from|command|restrict|no-|cert-authority)/.test(type)) return 'options';
  return 'no-key';
}

/** Each part is four bytes of length, then so many bytes (RFC 4253, 6.6); nothing where they do not fill it. */
function partsOf(blob: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + 4 <= blob.length) {
    const length = blob.readUInt32BE(at);
    if (at + 4 + length > blob.length) return [];
    parts.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return at === blob.length ? parts : [];
}

function problemOf(type: string, [name, ...parts]: readonly Buffer[]): SshKeyProblem | undefined {
  if (name?.toString('latin1') !== type) return 'cut-off';
  const [one, two] = parts;
  if (type === 'ssh-ed25519') return parts.length === 1 && one?.length === 32 ? undefined : 'cut-off';
  if (parts.length !== 2 || one === undefined || two === undefined) return 'cut-off';
  if (type === 'ssh-rsa') {
    const bits = bitsOf(two);
    if (bits < fewestRsaBits) return 'too-short';
    return bits > mostRsaBits ? 'too-long' : undefined;
  }
  const curve = one.toString('latin1');
  const known = curves[curve];
  return known !== undefined && type === `ecdsa-sha2-${curve}` && isOnCurve(two, known)
    ? undefined
    : 'cut-off';
}

function bitsOf(number: Buffer): number {
  return BigInt(`0x0${number.toString('hex')}`).toString(2).length;
}

function isOnCurve(point: Buffer, curve: string): boolean {
  try {
    ECDH.convertKey(point, curve);
    return true;
  } catch {
    return false;
  }
}
