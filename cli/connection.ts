import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { District } from './api-types.ts';
import { ApiClient } from './client.ts';
import { CommandFailed } from './failures.ts';

export type ConnectionOptions = {
  api?: string;
  clientId?: string;
  clientSecret?: string;
  dataDir?: string;
  district?: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Options win over the environment, and both over what `npm start` wrote into its data dir. */
export async function connect(options: ConnectionOptions, environment: Environment): Promise<ApiClient> {
  const clientId = options.clientId ?? environment.ROLEBOOK_CLIENT_ID;
  const clientSecret = options.clientSecret ?? environment.ROLEBOOK_CLIENT_SECRET;
  const api = options.api ?? environment.ROLEBOOK_API;
  if (clientId !== undefined && clientSecret !== undefined && api !== undefined) {
    return new ApiClient(api, { clientId, clientSecret });
  }
  if (clientId !== undefined && clientSecret === undefined)
    throw new CommandFailed('A client needs its secret.');
  const local = await readLocal(join(options.dataDir ?? '.rolebook', 'local.json'));
  const credentials =
    clientId !== undefined && clientSecret !== undefined ? { clientId, clientSecret } : local.operator;
  return new ApiClient(api ?? local.api, credentials);
}

type Local = { api: string; operator: { clientId: string; clientSecret: string } };

async function readLocal(path: string): Promise<Local> {
  try {
    // Written by this project's own `npm start` (contract, section 1).
    return JSON.parse(await readFile(path, 'utf8')) as Local;
  } catch (cause) {
    throw new CommandFailed(
      `Where is Rolebook? There is no ${path}: start one with "npm start", or give --api, --client-id and ` +
        '--client-secret (ROLEBOOK_API, ROLEBOOK_CLIENT_ID, ROLEBOOK_CLIENT_SECRET).',
      { cause },
    );
  }
}

/** The district a command is about: the one named, the one of the client's token, or the only one there is. */
export async function districtOf(client: ApiClient, named: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const prefix = 'rolebook.district:';
  const own = (await client.scopes()).find((scope) => scope.startsWith(prefix));
  if (own !== undefined) return own.slice(prefix.length);
  const ids: string[] = [];
  for await (const { id } of client.list<District>('/v1/districts')) ids.push(id);
  const [only, ...others] = ids;
  if (only === undefined) throw new CommandFailed('There is no district yet.');
  if (others.length > 0)
    throw new CommandFailed(`Which district? Name one with --district: ${ids.join(', ')}`);
  return only;
}

export const districtPath = (district: string, ...parts: readonly string[]): string =>
  ['/v1/districts', encodeURIComponent(district), ...parts.map(encodeURIComponent)].join('/');
