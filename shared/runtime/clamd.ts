import { connect, type Socket } from 'node:net';
import { StoreUnavailable } from '../errors.ts';

/** `signature`: what the scanner calls it. `too-large`: the scanner takes no file of that size, so nobody knows. */
export type ScanOutcome =
  | { kind: 'clean' }
  | { kind: 'found'; signature: string }
  | { kind: 'too-large' }
  | { kind: 'not-scanned' };

/** Reads the content to its end, whatever it finds. @throws {StoreUnavailable} where the scanner does not answer */
export type Scan = (content: AsyncIterable<Buffer>) => Promise<ScanOutcome>;

/** Where there is no scanner. */
export const noScan: Scan = async (content) => {
  for await (const _ of content);
  return { kind: 'not-scanned' };
};

/** After the last piece a large file takes the scanner minutes, without a word. */
const idleMs = 600_000;

/**
 * @param address of clamd, as `tcp://host:3310` or `unix:/run/clamav/clamd.sock`; empty where there is none
 * @param silenceMs after which it is given up
 */
export function makeScan(address: string, silenceMs = idleMs): Scan {
  return address === '' ? noScan : (content) => scanBy(connectTo(address, silenceMs), content);
}

/** A scanner that is there says at once what it is. */
const versionMs = 3_000;

/**
 * The command `VERSION`: `ClamAV 1.4.3/27830/Sat Nov 21 09:25:42 2026`, the last being when its signatures are of, if it has any.
 * @returns `undefined` where nobody answers
 */
export async function askVersion(
  address: string,
): Promise<{ version: string; signaturesOf?: Date } | undefined> {
  const socket = connectTo(address, versionMs);
  const reply = replyOf(socket);
  await send(socket, Buffer.from('zVERSION\0'));
  const line = (await reply).replace(/\0.*$/s, '').trim();
  if (!line.startsWith('ClamAV')) return undefined;
  const [version = '', , day = ''] = line.split('/');
  const signaturesOf = new Date(`${day} UTC`);
  return { version, ...(Number.isNaN(signaturesOf.getTime()) ? {} : { signaturesOf }) };
}

function connectTo(address: string, silenceMs: number): Socket {
  const socket = address.startsWith('unix:') ? connect(address.slice('unix:'.length)) : connectTcp(address);
  return socket.setTimeout(silenceMs, () => socket.destroy(new Error('clamd is silent')));
}

function connectTcp(address: string): Socket {
  const { hostname, port } = new URL(address);
  return connect({ host: hostname, port: Number(port || 3310) });
}

/** The command `INSTREAM`: pieces with their lengths, then an empty one; clamd answers with one line. */
async function scanBy(socket: Socket, content: AsyncIterable<Buffer>): Promise<ScanOutcome> {
  const reply = replyOf(socket);
  try {
    await send(socket, Buffer.from('zINSTREAM\0'));
    // Where clamd has had enough it hangs up; the content is read on, as the caller counts on.
    for await (const piece of content) if (piece.length > 0) await send(socket, lengthOf(piece), piece);
    const isWhole = await send(socket, Buffer.alloc(4));
    const outcome = outcomeOf(await reply);
    if (outcome.kind === 'clean' && !isWhole)
      throw new StoreUnavailable('The scanner answered before it had all of it.');
    return outcome;
  } finally {
    socket.destroy();
  }
}

function lengthOf(piece: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(piece.length);
  return length;
}

/** @returns false where the socket is gone */
async function send(socket: Socket, ...pieces: Buffer[]): Promise<boolean> {
  for (const piece of pieces) {
    if (socket.destroyed || socket.writableEnded) return false;
    const error = await new Promise((resolve) => socket.write(piece, resolve));
    if (error !== undefined && error !== null) return false;
  }
  return true;
}

function replyOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (piece: Buffer) => {
    if (text.length < 4096) text += piece.toString('latin1');
    if (text.includes('\0')) socket.destroy();
  });
  // What went wrong matters only where nothing was said.
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.once('close', () => resolve(text)));
}

function outcomeOf(reply: string): ScanOutcome {
  const line = reply.replace(/\0.*$/s, '').trim();
  const [, signature] = /^stream: (.+) FOUND$/.exec(line) ?? [];
  // Of what exceeds a limit inside of it clamd has looked at a part.
  if (signature?.startsWith('Heuristics.Limits.Exceeded')) return { kind: 'too-large' };
  if (signature !== undefined) return { kind: 'found', signature: printable(signature) };
  if (line === 'stream: OK') return { kind: 'clean' };
  if (/size limit exceeded/i.test(line)) return { kind: 'too-large' };
  throw new StoreUnavailable('The scanner did not answer, or not as one does.');
}

function printable(signature: string): string {
  return signature.replaceAll(/[^\w.:/-]/g, '?').slice(0, 100);
}
