import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ssh2, { type SFTPWrapper } from 'ssh2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bySsh2, listed } from '../../../test/builders/ssh2-client.ts';
import type { SftpLimits } from './door.ts';
import { type RunningSftp, startSftp } from './server.ts';

/** Who comes in and how many; nothing here is about what S3 has, so that it is one that has nothing and takes nothing. */

const password = 'six blue kites at dawn';
const folders = JSON.stringify([{ Entry: '/upload', Target: '/exchange/in/d/ada/upload' }]);
const login = { username: 'ada', password };

let dataDir: string;
let server: RunningSftp | undefined;
let sockets: Socket[];
let stopS3: () => Promise<void>;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sftp-server-'));
  sockets = [];
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await stopS3();
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Finds nothing, lists nothing, and answers no write. */
async function startEmptyS3(): Promise<string> {
  const s3 = createServer((request, response) => {
    if (request.method === 'HEAD') response.writeHead(404).end();
    if (request.method === 'GET') response.writeHead(200).end('<ListBucketResult/>');
  });
  stopS3 = async () => {
    s3.closeAllConnections();
    await promisify(s3.close.bind(s3))();
  };
  s3.listen(0, '127.0.0.1');
  await once(s3, 'listening');
  const address = s3.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
}

async function serving(limits: Partial<SftpLimits> = {}): Promise<number> {
  server = await startSftp({
    ...{ port: 0, dataDir, bucket: 'exchange', limits },
    s3: { endpoint: await startEmptyS3(), region: 'us-east-1' },
    identify: async (who) =>
      'password' in who && who.password !== password
        ? undefined
        : { Role: '', Policy: '', HomeDirectoryType: 'LOGICAL', HomeDirectoryDetails: folders },
    hear: async () => undefined,
    fault: () => undefined,
  });
  return server.port;
}

/** A connection that hears the server's greeting, and says nothing. */
async function silent(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'data');
  return socket;
}

/** Somebody who has signed in. */
async function signedIn(port: number): Promise<ssh2.Client> {
  const client = new ssh2.Client().connect({ host: '127.0.0.1', port, ...login });
  client.on('error', () => undefined);
  await once(client, 'ready');
  return client;
}

/** Whether somebody who signs in is let in and served. */
function isServed(port: number): Promise<boolean> {
  return bySsh2({ port, ...login }, async (sftp) => (await listed(sftp, '/')).length === 1).catch(
    () => false,
  );
}

test.each([{ mostConnections: 2 }, { mostOfOneAddress: 2 }])(
  'of %o, the third is sent away, the others go on, and whoever leaves makes room',
  async (limits) => {
    const port = await serving(limits);
    const first = await silent(port);
    await bySsh2({ port, ...login }, async (sftp) => {
      expect(await isServed(port)).toBe(false);
      expect(await listed(sftp, '/')).toEqual(['upload']);
      first.destroy();
      await expect.poll(() => isServed(port)).toBe(true);
    });
  },
);

test('whoever does not sign in in time is cut off', async () => {
  const socket = await silent(await serving({ handshakeMs: 20 }));
  await once(socket, 'close');
  expect(socket.destroyed).toBe(true);
});

test('whoever is in and says nothing for long is cut off', async () => {
  const port = await serving({ idleMs: 50 });
  const client = await signedIn(port);
  await once(client, 'close');
});

test('a connection has so many tries', async () => {
  const port = await serving({ mostTries: 3 });
  let tries = 0;
  const client = new ssh2.Client();
  client.on('error', () => undefined);
  client.connect({
    ...{ host: '127.0.0.1', port, username: 'ada' },
    authHandler: () => {
      tries += 1;
      return { type: 'password', username: 'ada', password: 'a wrong guess' };
    },
  });
  await once(client, 'close');
  // The last of them is not answered.
  expect(tries).toBe(4);
});

test('a session has so many open folders and files, and closing one makes room', async () => {
  const port = await serving();
  await bySsh2({ port, ...login }, async (sftp) => {
    const opened = await Promise.all(Array.from({ length: 64 }, () => openFolder(sftp)));
    await expect(openFolder(sftp)).rejects.toThrow('Too many files are open');
    await promisify(sftp.close.bind(sftp))(opened[0] ?? Buffer.alloc(0));
    await openFolder(sftp);
  });
});

test('whoever sends without end while nothing is stored is cut off', async () => {
  const port = await serving();
  const client = await signedIn(port);
  const sftp = await promisify<SFTPWrapper>((done) => client.sftp(done))();
  const handle = await promisify<Buffer>((done) => sftp.open('/upload/endless', 'w', done))();
  const gone = once(client, 'close');
  const block = Buffer.alloc(16 * 1024);
  for (let at = 0; at < 4096; at += 1) {
    sftp.write(handle, block, 0, block.length, at * block.length, () => undefined);
  }
  await gone;
});

function openFolder(sftp: SFTPWrapper): Promise<Buffer> {
  return promisify<Buffer>((done) => sftp.opendir('/upload', done))();
}
