import { once } from 'node:events';
import { promisify } from 'node:util';
import ssh2, { type SFTPWrapper } from 'ssh2';

type Login = { port: number; username: string } & ({ password: string } | { privateKey: string });

/** A session by the client that programs use. @throws where nobody is let in */
export async function bySsh2<T>(login: Login, work: (sftp: SFTPWrapper) => Promise<T>): Promise<T> {
  const client = new ssh2.Client();
  // The first one is seen below; of a line that goes down there may be more.
  client.on('error', () => undefined);
  client.connect({ host: '127.0.0.1', ...login });
  try {
    await once(client, 'ready');
    return await work(await promisify<SFTPWrapper>((done) => client.sftp(done))());
  } finally {
    client.end();
  }
}

/** A new key pair as OpenSSH writes them. */
export function newKeyPair(): { private: string; public: string } {
  return ssh2.utils.generateKeyPairSync('ed25519');
}

/** Names of a folder. */
export async function listed(sftp: SFTPWrapper, folder: string): Promise<string[]> {
  const found = await promisify(sftp.readdir.bind(sftp))(folder);
  return found.map(({ filename }) => filename);
}

/** A file, read to its end. */
export function fetched(sftp: SFTPWrapper, path: string): Promise<Buffer> {
  return promisify<Buffer>((done) => sftp.readFile(path, (error, bytes) => done(error ?? null, bytes)))();
}

/** A file of that text, in the place of what was there. */
export function written(sftp: SFTPWrapper, path: string, text: string): Promise<void> {
  return promisify<void>((done) => sftp.writeFile(path, text, (error) => done(error ?? null)))();
}
