import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type ClamdStandIn, startClamd } from '../../test/builders/clamd.ts';
import { StoreUnavailable } from '../errors.ts';
import { askVersion, makeScan } from './clamd.ts';

let clamd: ClamdStandIn | undefined;
let server: Server | undefined;
afterEach(async () => {
  await clamd?.stop();
  server?.close();
});

async function listening(handle: (connection: Socket) => void): Promise<string> {
  const made = createServer(handle);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', () => resolve()));
  const address = made.address();
  return typeof address === 'object' && address !== null ? `tcp://127.0.0.1:${address.port}` : '';
}

/** In two parts, so that what is looked for is torn apart. */
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'];
let read = 0;
async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) {
    read += 1;
    yield Buffer.from(text);
  }
}

test('says what clamd says, of pieces that belong together', async () => {
  clamd = await startClamd();
  const scan = makeScan(clamd.address);
  expect(await scan(pieces('PH3\t1', '', '\t2'))).toEqual({ kind: 'clean' });
  expect(await scan(pieces(...eicar))).toEqual({ kind: 'found', signature: 'Eicar-Signature' });
});

test('of a file that clamd finds too large nobody knows, and it is read to its end', async () => {
  clamd = await startClamd({ maxBytes: 10 });
  const scan = makeScan(clamd.address);
  read = 0;
  const many = Array.from({ length: 50 }, () => 'x'.repeat(100));
  expect(await scan(pieces(...many))).toEqual({ kind: 'too-large' });
  expect(read).toBe(50);
});

test('of a file in which clamd came to a limit nobody knows either', async () => {
  const found = 'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0';
  const scan = makeScan(await listening((connection) => void connection.resume().end(found)));
  expect(await scan(pieces('x'))).toEqual({ kind: 'too-large' });
});

test.each<[string, (connection: Socket) => void]>([
  ['hangs up', (connection) => connection.destroy()],
  ['says something else', (connection) => connection.end('UNKNOWN COMMAND\0')],
  ['says that all is well before it has all', (connection) => connection.end('stream: OK\0')],
])('is tried again where clamd %s', async (_, handle) => {
  const scan = makeScan(await listening((connection) => handle(connection.on('error', () => undefined))));
  const content = Array.from({ length: 50 }, () => 'x'.repeat(1024 ** 2));
  await expect(scan(pieces(...content))).rejects.toThrow(StoreUnavailable);
});

test.each([
  ['says nothing', 'x'],
  ['takes no more', 'x'.repeat(64 * 1024 ** 2)],
])('is tried again where clamd %s for long', async (_, content) => {
  clamd = await startClamd({ mood: 'silent' });
  await expect(makeScan(clamd.address, 20)(pieces(content))).rejects.toThrow(StoreUnavailable);
});

test('is tried again where nobody listens', async () => {
  await expect(makeScan('unix:/nowhere/clamd.sock')(pieces('x'))).rejects.toThrow(StoreUnavailable);
});

test('says that nothing was scanned where there is no scanner', async () => {
  expect(await makeScan('')(pieces(...eicar))).toEqual({ kind: 'not-scanned' });
});

test.each([
  {
    says: 'ClamAV 1.4.3/27830/Sat Nov 21 09:25:42 2026\0',
    version: 'ClamAV 1.4.3',
    of: '2026-11-21T09:25:42.000Z',
  },
  { says: 'ClamAV 1.4.3\0', version: 'ClamAV 1.4.3', of: undefined },
  { says: 'HTTP/1.1 400 Bad Request', version: undefined, of: undefined },
])('$says tells which scanner answers, and of when its signatures are', async ({ says, version, of }) => {
  const address = await listening((connection) => connection.on('data', () => connection.end(says)));
  const said = await askVersion(address);
  expect([said?.version, said?.signaturesOf?.toISOString()]).toEqual([version, of]);
});

test('where nobody listens, nobody answers', async () => {
  const address = await listening(() => undefined);
  await new Promise((closed) => server?.close(closed));
  expect(await askVersion(address)).toBeUndefined();
});
