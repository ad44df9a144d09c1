import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { LocalFunction } from '../functions/local-function.ts';
import type { Authorizer } from './authorizer.ts';
import { splitUrl, toAuthorizerEvent, toEvent, withBody } from './http-event.ts';
import { sendAnswer, sendMessage } from './http-response.ts';
import type { Mailbox } from './mailbox.ts';
import type { RouteTable } from './routes.ts';

export type Api = {
  routes: RouteTable;
  functions: ReadonlyMap<string, LocalFunction>;
  authorizers: ReadonlyMap<string, Authorizer>;
  /** Of this machine; no part of the product. */
  mailbox?: Mailbox | undefined;
};

const maxBodyBytes = 10 * 1024 * 1024;
const integrationTimeoutMs = 30_000;

/** API Gateway's HTTP API in front of the functions. Answers 503 until `open` says what there is. */
export class Gateway {
  readonly #servers: Server[] = [];
  #api: Api | undefined;

  /** On this machine only, by both of its addresses. @param port 0 chooses a free one. @throws where it is taken. */
  async listen(port: number): Promise<number> {
    const chosen = await this.#listenOn('127.0.0.1', port);
    await this.#listenOn('::1', chosen).catch((error: unknown) => {
      if (!isWithoutIpv6(error)) throw error;
    });
    return chosen;
  }

  open(api: Api): void {
    this.#api = api;
  }

  /** Answers 503 again. */
  shut(): void {
    this.#api = undefined;
  }

  async close(): Promise<void> {
    this.shut();
    await Promise.all(
      this.#servers.map(async (server) => {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      }),
    );
  }

  async #listenOn(host: string, port: number): Promise<number> {
    const server = createServer((request, response) => {
      this.#serve(request, response).catch(() => sendMessage(response, 500, 'Internal Server Error'));
    });
    server.keepAliveTimeout = 60_000; // clients that keep a connection longer than we do see resets
    server.listen(port, host);
    await once(server, 'listening');
    this.#servers.push(server);
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The gateway listens on no port');
    return address.port;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const api = this.#api;
    if (api === undefined) return sendMessage(response, 503, 'Service Unavailable');
    if (api.mailbox?.(request, response)) return;
    const { pathname } = splitUrl(request.url ?? '/');
    const route = api.routes.find(request.method ?? 'GET', pathname);
    const target = route === undefined ? undefined : api.functions.get(route.functionName);
    if (route === undefined || target === undefined) return sendMessage(response, 404, 'Not Found');

    const event = toEvent(request, route.match);
    response.setHeader('apigw-requestid', event.requestContext.requestId);
    let context: Record<string, unknown> | undefined;
    if (route.authorizer !== undefined) {
      const authorizer = api.authorizers.get(route.authorizer);
      const verdict = await authorizer?.decide(event, request.headers, toAuthorizerEvent);
      if (verdict === undefined) return sendMessage(response, 500, 'Internal Server Error');
      if (!verdict.allowed) return sendMessage(response, verdict.status, verdict.message);
      context = verdict.context;
    }
    const body = await readBody(request);
    if (body === undefined) return sendMessage(response, 413, 'Request Entity Too Large');

    const late = setTimeout(() => sendMessage(response, 503, 'Service Unavailable'), integrationTimeoutMs);
    const outcome = await target.invoke(withBody(event, body, context));
    clearTimeout(late);
    if (outcome.ok) sendAnswer(response, outcome.payload);
    else if (outcome.error.errorType === 'RequestTooLarge')
      sendMessage(response, 413, 'Request Entity Too Large');
    else sendMessage(response, 500, 'Internal Server Error');
  }
}

function isWithoutIpv6(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')
  );
}

/** `undefined` where the body is larger than an HTTP API takes; the rest of it is read and dropped. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  return size > maxBodyBytes ? undefined : Buffer.concat(chunks);
}
