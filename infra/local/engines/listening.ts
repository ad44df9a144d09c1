import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { Engine } from './engine.ts';

/** An engine on a free port of the loopback; calls that are under way when it stops are cut. */
export async function listening(answer: RequestListener): Promise<Engine> {
  const server = createServer(answer);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}
