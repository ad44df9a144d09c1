import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Endpoints } from '../../infra/local/engines/engine.ts';
import { sessionMark } from '../../infra/local/engines/sts.ts';
import {
  type NeededAction,
  usesOfBucket,
  usesOfMail,
  usesOfQueue,
  usesOfSecret,
  usesOfTable,
} from './iam-actions.ts';

/** One use of a permission: `plan-sync` did `GetItem` on `syncs`. */
export type Use = NeededAction & {
  /** A function's name without product and stage, or `local` for the runner and its event sources. */
  by: string;
  /** Of the role that it took for one; its own role where absent. */
  district?: string | undefined;
};

/** Stands between the functions and the engines, and writes down who uses which permission on what. */
export class RecordingProxy {
  /** In the order of their coming; a retry counts again. */
  uses: Use[] = [];
  readonly #servers: Server[] = [];
  readonly #held = new Map<string, Promise<void>>();
  readonly #agent = new Agent({ keepAlive: true });

  /** For `startLocal({ through })`. */
  readonly through = async (engines: Endpoints): Promise<Endpoints> => ({
    dynamodb: await this.#listen(engines.dynamodb, ({ headers }, body) =>
      usesOfTable(String(headers['x-amz-target']), body),
    ),
    sqs: await this.#listen(engines.sqs, ({ headers }, body) =>
      usesOfQueue(String(headers['x-amz-target']), body),
    ),
    secrets: await this.#listen(engines.secrets, ({ headers }, body) =>
      usesOfSecret(String(headers['x-amz-target']), body),
    ),
    ses: await this.#listen(engines.ses, ({ method = '', url = '' }) => usesOfMail(method, url)),
    sts: engines.sts,
    s3: await this.#listen(engines.s3, ({ method = '', url = '' }, _, status) =>
      usesOfBucket(method, url, status),
    ),
  });

  /** Keeps every call of a function waiting until the returned function is called. */
  hold(by: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(by, promise);
    return () => {
      this.#held.delete(by);
      resolve();
    };
  }

  /** Once the stack has stopped. */
  close(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
    this.#agent.destroy();
  }

  async #listen(
    engine: string,
    usesOf: (call: IncomingMessage, body: Buffer, status: number) => NeededAction[],
  ): Promise<string> {
    const server = createServer(async (call, reply) => {
      const body = await buffer(call).catch(() => undefined);
      if (body === undefined) return; // the caller has gone
      const { by, district } = callerOf(call);
      await this.#held.get(by);
      const { expect: _, 'transfer-encoding': __, ...headers } = call.headers;
      const onward = request(`${engine}${call.url}`, {
        agent: this.#agent,
        method: call.method,
        headers: { ...headers, 'content-length': body.length },
      });
      onward.on('error', () => reply.destroy());
      reply.on('close', () => {
        if (!reply.writableFinished) onward.destroy(); // a long poll whose caller has gone
      });
      onward.on('response', (answer) => {
        const status = answer.statusCode ?? 500;
        this.uses.push(...usesOf(call, body, status).map((use) => ({ by, district, ...use })));
        reply.writeHead(status, answer.headers);
        answer.on('error', () => reply.destroy());
        answer.pipe(reply);
      });
      onward.end(body);
    }).listen(0, '127.0.0.1');
    this.#servers.push(server);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('No port was given');
    return `http://127.0.0.1:${address.port}`;
  }
}

/** The access key id of the signature; of a presigned address it is that of whoever signed it, as on AWS. */
function callerOf({ headers, url = '' }: IncomingMessage): { by: string; district: string | undefined } {
  const signed = /Credential=([^/,]+)\//.exec(headers.authorization ?? '')?.[1];
  const presigned = /[?&]X-Amz-Credential=([^&%]+)/.exec(url)?.[1];
  const key = (signed ?? presigned ?? 'nobody').replace(/^rolebook-local-/, '');
  const [by = key, district] = key.split(sessionMark);
  return { by, district };
}
