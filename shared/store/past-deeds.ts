import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Deed } from './deeds.ts';
import { pastPartition } from './keys.ts';
import { queryPage } from './query.ts';

const Row = z.object({ manual: Deed, endedAt: z.string(), endedBy: z.string() });

/** What somebody held by people's doing, and who took it away. */
export type PastDeed = { deed: Deed; endedAt: string; endedBy: string };

const pageItems = 200;

/** What people took away again. `assignments`: pk = district, user; sk = when it ended, assignment. */
export class PastDeeds {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** All of a user, in the order in which they ended. */
  async of(district: string, userId: string): Promise<PastDeed[]> {
    const partition = pastPartition(district, userId);
    const past: PastDeed[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const page = await queryPage(this.#dynamo, { table: this.#table, partition, after, limit: pageItems });
      for (const item of page.items) {
        const { manual, endedAt, endedBy } = Row.parse(item);
        past.push({ deed: manual, endedAt, endedBy });
      }
      const last = page.items.at(-1)?.sk;
      after = last === undefined ? undefined : String(last);
      more = page.more && after !== undefined;
    }
    return past;
  }
}

/** A deed that held at some time of a day; ended where that was on the day too. */
export type HeldDeed = { deed: Deed } | PastDeed;

/**
 * What of present and past deeds held between two instants, each once. A request holds from its confirmation on. Whoever reads the
 * present ones first misses none that is taken away meanwhile.
 */
export function heldWithin(
  { present, past }: { present: readonly Deed[]; past: readonly PastDeed[] },
  { begin, end }: { begin: string; end: string },
): HeldDeed[] {
  const held = new Map<string, HeldDeed>();
  const isBegun = ({ at, confirmedAt }: Deed) => (confirmedAt ?? at) < end;
  for (const deed of present) {
    if (deed.kind === 'assignment' && isBegun(deed)) held.set(deed.assignment.id, { deed });
  }
  for (const { deed, endedAt, endedBy } of past) {
    if (!isBegun(deed) || endedAt <= begin) continue;
    held.set(deed.assignment.id, endedAt < end ? { deed, endedAt, endedBy } : { deed });
  }
  return [...held.values()];
}
