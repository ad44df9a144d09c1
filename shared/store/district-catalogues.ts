import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ConditionFailed, transact } from './calls.ts';
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

  constructor(dynamo: DynamoDBDocumentClient, tables: { access: string; assignments: string }) {
    this.#dynamo = dynamo;
    this.#tables = tables;
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
      await transact(this.#dynamo, [
        ...headWrites(this.#tables.access, district, head),
        { Put: { TableName: this.#tables.assignments, Item } },
      ]);
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
