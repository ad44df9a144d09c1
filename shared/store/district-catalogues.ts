import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ConditionFailed } from './calls.ts';
import { ChangeLog } from './change-log.ts';
import { type Page, walk } from './cursors.ts';
import { type HeadParts, headChanged, headWrites } from './head.ts';
import { versionRowKey, versionsPartition, versionsPrefix } from './keys.ts';
import { queryPage } from './query.ts';

/** What was done to a catalogue or overlay of a district's own. */
export const VersionRow = z.object({
  /** Of the catalogue, or of the one that an overlay is for. */
  system: z.string(),
  /** Of an overlay. */
  name: z.string().optional(),
  /** What was put; absent where it was taken away. */
  version: z.string().optional(),
  label: z.string(),
  by: z.string(),
  at: z.string(),
});
export type VersionRow = z.infer<typeof VersionRow>;

type Kind = 'catalogue' | 'overlay';

/**
 * Which catalogues and overlays a district has of its own. The head decides; beside it stands, written in the same transaction, who put
 * what and when. `assignments`: pk = district, kind; sk = name, revision.
 */
export class DistrictCatalogues {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: { access: string; assignments: string };
  readonly #log: ChangeLog;

  constructor(
    dynamo: DynamoDBDocumentClient,
    tables: { access: string; assignments: string; syncs: string },
  ) {
    this.#dynamo = dynamo;
    this.#tables = tables;
    this.#log = new ChangeLog(dynamo, tables.syncs);
  }

  /**
   * @returns the revision that has it
   * @throws {RequestError} precondition-failed where the head is no longer at `revision`
   */
  async change(
    district: string,
    head: { parts: HeadParts; revision: number },
    done: { kind: Kind; row: VersionRow },
  ): Promise<number> {
    const revision = head.revision + 1;
    const name = done.row.name ?? done.row.system;
    const Item = { ...versionRowKey({ district, kind: done.kind, name, revision }), ...done.row };
    try {
      const writes = [
        ...headWrites(this.#tables.access, district, head),
        { Put: { TableName: this.#tables.assignments, Item } },
      ];
      const change = done.row.version === undefined ? 'removed' : 'updated';
      const told = { type: done.kind, change, id: name, system: done.row.system } as const;
      await this.#log.transact(district, writes, [told]);
      return revision;
    } catch (error) {
      if (error instanceof ConditionFailed) throw headChanged(error);
      throw error;
    }
  }

  /** Newest first where a name is given, else by name and oldest first. */
  list(
    at: { district: string; kind: Kind; name?: string },
    options: { limit: number; cursor?: string | undefined },
  ): Promise<Page<VersionRow>> {
    const prefix = at.name === undefined ? undefined : versionsPrefix(at.name);
    return walk([versionsPartition(at.district, at.kind)], options, async ({ partition, after, limit }) => {
      const { items, more } = await queryPage(this.#dynamo, {
        table: this.#tables.assignments,
        partition,
        prefix,
        after,
        limit,
        backward: prefix !== undefined,
      });
      return { more, items: items.map((item) => ({ sk: String(item.sk), item: VersionRow.parse(item) })) };
    });
  }
}
