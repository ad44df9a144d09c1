import * as z from 'zod';
import type { Identity } from './identities.ts';
import { entities } from './records.ts';
import { sha256 } from './state.ts';
import type { Objects } from './sync-stores.ts';

const Stored = z.array(
  z.object({
    ...{ entity: z.enum(entities), feed: z.string(), id: z.string(), is: z.string() },
    ...{ owner: z.string(), reason: z.string(), at: z.string() },
  }),
);

function identitiesKey(district: string, version: string): string {
  return `identities/${district}/${version}.json`;
}

/** Returns the version that they are kept under, which never changes. */
export async function putIdentities(
  objects: Pick<Objects, 'put'>,
  district: string,
  identities: readonly Identity[],
): Promise<string> {
  const text = JSON.stringify(identities);
  const version = sha256(text);
  await objects.put(identitiesKey(district, version), text);
  return version;
}

/** Without a version: none. */
export async function identitiesOf(
  objects: Pick<Objects, 'get'>,
  district: string,
  version: string | undefined,
): Promise<Identity[]> {
  if (version === undefined) return [];
  return Stored.parse(JSON.parse(await objects.get(identitiesKey(district, version))));
}
