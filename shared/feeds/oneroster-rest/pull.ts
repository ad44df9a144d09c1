import type { Pull, PullOptions } from '../pulling.ts';
import { Refused } from './client.ts';
import type { HeldItems } from './held-items.ts';
import { type Pulling, pullCollections, pulledOf, rejected } from './pull-collections.ts';
import { authorizationOf, serverOf } from './settings.ts';

/**
 * Hours that an incremental pull reaches back behind the last one: clocks differ, some servers write their local time as UTC, and a load
 * stamps its records when it begins, long before others can see them. Records that come twice change nothing.
 */
const overlapHours = 24;

/**
 * A OneRoster server of 1.1 or 1.2. Incremental by `dateLastModified`; a server that refuses the filter is pulled in full. What a server
 * has deleted for good only a full pull shows.
 * @throws {PullRejected}
 * @throws {VendorUnavailable}
 */
export async function pullOneRosterRest(options: PullOptions): Promise<Pull> {
  const { url, http, now, since, include = {} } = options;
  const startedAt = now();
  const server = serverOf(url);
  const pulling = { http, authorization: authorizationOf(server, options), base: server.base, include };
  const cursor = { startedAt: startedAt.toISOString() };
  const changedAfter = reachOf(since?.startedAt);
  const changes = changedAfter === undefined ? undefined : await pullChanges({ ...pulling, changedAfter });
  if (changes !== undefined) return pullOf('delta', changes, cursor);
  try {
    return pullOf('full', await pullCollections(pulling), cursor);
  } catch (error) {
    throw error instanceof Refused ? rejected(error) : error;
  }
}

/** `undefined` where the server does not know the filter, or refuses it; the full pull tells what else may be wrong. */
async function pullChanges(pulling: Pulling): Promise<ReadonlyMap<string, HeldItems> | undefined> {
  try {
    return await pullCollections(pulling);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function reachOf(startedAt: string | undefined): string | undefined {
  const at = Date.parse(startedAt ?? '');
  return Number.isNaN(at) ? undefined : new Date(at - overlapHours * 3_600_000).toISOString();
}

function pullOf(
  mode: Pull['mode'],
  held: ReadonlyMap<string, HeldItems>,
  cursor: Record<string, string>,
): Pull {
  return { mode, items: pulledOf(held), end: () => ({ cursor }) };
}
