import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Assignment } from '../access/facts.ts';
import { StoredAssignment } from './access-items.ts';
import { type Page, walk } from './cursors.ts';
import { Deed, HoldingKind } from './deeds.ts';
import { boundedPart, holderPartition, holderShards, joinKey, splitKey } from './keys.ts';
import { queryPage } from './query.ts';
import { outrun, Versioned, visible } from './versioned.ts';

/** What a sync says of a holder. */
const RosterHolding = z.object({ kind: HoldingKind, userId: z.string(), assignment: StoredAssignment });

const Row = Versioned.extend({
  sk: z.string(),
  manual: Deed.optional(),
  /** The manual assignment that confirmed the request of this row. */
  confirmed: z.string().optional(),
});

export type Holding = {
  kind: z.infer<typeof HoldingKind>;
  userId: string;
  assignment: Assignment;
  deed?: Deed;
};

/** Who holds a role, for lists. `assignments`: pk = district, role, shard; sk = scope id, user, assignment. */
export class Holders {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** Holders of the roles, or who is to be confirmed in them, as the committed roster and people's deeds say. */
  list(
    at: { district: string; committed: number },
    wanted: {
      roles: readonly { system: string; role: string }[];
      kind: Holding['kind'];
      scopeId?: string | undefined;
    },
    options: { limit: number; cursor?: string | undefined },
  ): Promise<Page<Holding>> {
    const partitions = wanted.roles.flatMap(({ system, role }) =>
      Array.from({ length: holderShards }, (_, shard) => holderPartition(at.district, system, role, shard)),
    );
    const prefix =
      wanted.scopeId === undefined ? undefined : `${joinKey(boundedPart('scope', wanted.scopeId))}#`;
    const table = this.#table;
    return walk(partitions, options, async ({ partition, after, limit }) => {
      const { items, more } = await queryPage(this.#dynamo, { table, partition, after, prefix, limit });
      const rows = items.map((item) => Row.parse(item));
      return {
        more,
        items: rows.map((row) => {
          const holding = holdingOf(row, at.committed);
          const listed =
            holding?.kind === wanted.kind && (prefix !== undefined || isFirstRow(row.sk, holding));
          return { sk: row.sk, item: listed ? holding : undefined };
        }),
      };
    });
  }
}

function holdingOf(row: z.infer<typeof Row>, committed: number): Holding | undefined {
  if (row.manual !== undefined) {
    const { kind, userId, assignment } = row.manual;
    return { kind, userId, assignment, deed: row.manual };
  }
  const seen = visible(row, committed);
  // A row that two commits have overtaken is on its way: a list is no decision, the next page shows it.
  if (seen === undefined || seen === outrun) return undefined;
  const holding = RosterHolding.parse(seen);
  return holding.kind === 'request' && row.confirmed !== undefined ? undefined : holding;
}

/** An assignment has a row for every id of its scope; lists of whole roles show it by the first. */
function isFirstRow(sk: string, holding: Holding): boolean {
  return splitKey(sk)[0] === boundedPart('scope', holding.assignment.scope.ids[0] ?? '');
}
