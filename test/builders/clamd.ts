import { createServer, type Socket } from 'node:net';

const command = 'zINSTREAM\0';
const virus = Buffer.from('EICAR-STANDARD-ANTIVIRUS-TEST-FILE');

/** How it takes what it is sent: as clamd does, by hanging up at once, or by never saying a word. */
export type Mood = 'well' | 'down' | 'silent';

export type ClamdStandIn = {
  address: string;
  mood: Mood;
  /** Connections that it was not well for. */
  missed: number;
  stop(): Promise<void>;
};

/** What speaks as clamd on a port of its own, and knows the EICAR test file alone. `maxBytes`: its `StreamMaxLength`. */
export async function startClamd({
  maxBytes = 1024 ** 3,
  mood = 'well' as Mood,
} = {}): Promise<ClamdStandIn> {
  const open = new Set<Socket>();
  const server = createServer((connection) => {
    open.add(connection.on('error', () => undefined).on('close', () => open.delete(connection)));
    if (standIn.mood !== 'well') standIn.missed += 1;
    if (standIn.mood === 'down') connection.destroy();
    if (standIn.mood === 'well') serve(connection, maxBytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const standIn: ClamdStandIn = {
    address: `tcp://127.0.0.1:${port}`,
    mood,
    missed: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of open) connection.destroy();
      }),
  };
  return standIn;
}

/** Each piece has its length before it, and an empty one is the end; what is looked for may be torn apart. */
function serve(connection: Socket, maxBytes: number): void {
  let [waiting, seen, taken, isFound] = [Buffer.alloc(0), Buffer.alloc(0), 0, false];
  let isCommanded = false;
  connection.on('data', (piece: Buffer) => {
    waiting = Buffer.concat([waiting, piece]);
    if (!isCommanded) {
      if (waiting.length < command.length) return;
      if (waiting.toString('latin1', 0, command.length) !== command)
        return void connection.end('UNKNOWN COMMAND\0');
      isCommanded = true;
      waiting = waiting.subarray(command.length);
    }
    while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32BE()) {
      const length = waiting.readUInt32BE();
      const part = Buffer.concat([seen, waiting.subarray(4, 4 + length)]);
      waiting = waiting.subarray(4 + length);
      if (length === 0)
        return void connection.end(isFound ? 'stream: Eicar-Signature FOUND\0' : 'stream: OK\0');
      taken += length;
      if (taken > maxBytes) return void connection.end('INSTREAM size limit exceeded. ERROR\0');
      isFound ||= part.includes(virus);
      seen = part.subarray(-virus.length);
    }
  });
}
