import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Call = {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
};

export type Answer = { status: number; headers?: Record<string, string>; body: string };

export type VendorServer = { origin: string; calls: Call[]; close(): Promise<void> };

/** A server on this machine, and what it was asked. */
export async function startServer(answer: (call: Call) => Answer): Promise<VendorServer> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    readBody(request).then((body) => {
      const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value[0] : value,
        ]),
      );
      const call = { method: request.method ?? 'GET', url, headers, body };
      calls.push(call);
      const { status, headers: own = {}, body: text } = answer(call);
      response.writeHead(status, { 'content-type': 'application/json', ...own }).end(text);
    }, response.destroy);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    ...{ origin: `http://127.0.0.1:${port}`, calls },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

export function json(value: unknown, headers: Record<string, string> = {}): Answer {
  return { status: 200, headers, body: JSON.stringify(value) };
}
