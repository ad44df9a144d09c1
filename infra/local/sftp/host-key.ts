import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';

export type HostKey = { privateKey: string /** As clients show it: `SHA256:…`. */; fingerprint: string };

/** Made once: a client that has seen it warns its user of any other. */
export function hostKeyIn(dataDir: string): HostKey {
  const path = join(dataDir, 'sftp-host-key');
  if (!existsSync(path)) {
    writeFileSync(`${path}.new`, newKey(), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  const privateKey = readFileSync(path, 'utf8');
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw new Error(`${path} is no key: ${parsed.message}`);
  const digest = createHash('sha256').update(parsed.getPublicSSH()).digest('base64').replace(/=+$/, '');
  return { privateKey, fingerprint: `SHA256:${digest}` };
}

/** ssh2 writes about one key in 250 so that nobody can read it, itself not either. */
function newKey(): string {
  for (;;) {
    const { private: made } = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'rolebook' });
    if (!(ssh2.utils.parseKey(made) instanceof Error)) return made;
  }
}
