import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { StoreUnavailable } from '../errors.ts';
import { askVersion, makeScan } from './clamd.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** Answers as clamd does: each piece has its length before it, and an empty one is the end. */
function serve(connection: Socket, maxBytes: number): void {
  let bytes = Buffer.alloc(0);
  const content: Buffer[] = [];
  let isCommanded = false;
  connection.on('error', () => undefined);
  connection.on('data', (piece) => {
    bytes = Buffer.concat([bytes, Buffer.from(piece)]);
    const command = 'zINSTREAM\0';
    if (!isCommanded && bytes.length >= command.length) {
      isCommanded = bytes.toString('latin1', 0, command.length) === command;
      bytes = bytes.subarray(command.length);
    }
    while (isCommanded && bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE()) {
      const length = bytes.readUInt32BE();
      content.push(bytes.subarray(4, 4 + length));
      bytes = bytes.subarray(4 + length);
      if (Buffer.concat(content).length > maxBytes) {
        connection.end('INSTREAM size limit exceeded. ERROR\0');
        return;
      }
      if (length > 0) continue;
      const isEicar = Buffer.concat(content).includes('EICAR-STANDARD-ANTIVIRUS-TEST-FILE');
      connection.end(isEicar ? 'stream: Eicar-Signature FOUND\0' : 'stream: OK\0');
    }
  });
}

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
  const scan = makeScan(await listening((connection) => serve(connection, 1e6)));
  expect(await scan(pieces('PH3\t1', '', '\t2'))).toEqual({ kind: 'clean' });
  expect(await scan(pieces(...eicar))).toEqual({ kind: 'found', signature: 'Eicar-Signature' });
});

test('of a file that clamd finds too large nobody knows, and it is read to its end', async () => {
  const scan = makeScan(await listening((connection) => serve(connection, 10)));
  read = 0;
  const many = Array.from({ length: 50 }, () => 'x'.repeat(100));
  expect(await scan(pieces(...many))).toEqual({ kind: 'too-large' });
  expect(read).toBe(50);
});

test.each<[string, (connection: Socket) => void]>([
  ['hangs up', (connection) => connection.destroy()],
  ['says something else', (connection) => connection.end('UNKNOWN COMMAND\0')],
])('is tried again where clamd %s', async (_, handle) => {
  const scan = makeScan(await listening(handle));
  await expect(scan(pieces('x'))).rejects.toThrow(StoreUnavailable);
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
