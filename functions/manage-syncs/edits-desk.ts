import type * as z from 'zod';
import type { EditQuery, EditView } from '../../shared/messages/edits.ts';
import type { SyncView } from '../../shared/messages/syncs.ts';
import { type EditAt, editKey, type ManualRecord, type Override } from '../../shared/roster/edits.ts';
import {
  type Asked,
  type EditDeskDeps,
  editsInForce,
  overrideField,
  putManualRecord,
  releaseEdit,
} from '../../shared/roster/edits-desk.ts';
import { type Page, walk } from '../../shared/store/cursors.ts';
import type { ViewOfSync } from './live-view.ts';

type Deps = EditDeskDeps & { view: ViewOfSync };
type Asking = { syncId: string; by: string; ifMatch: string | undefined };
type Answered = { sync: SyncView; etag: string };

/** What people write over the feed, as they handle it. */
export type EditsDesk = {
  list(district: string, asked: z.output<typeof EditQuery>): Promise<{ page: Page<EditView>; etag: string }>;
  /**
   * Answers with the sync that brings it in.
   * @throws {RequestError} not-found or conflict as the roster has it; precondition-failed where the edits are not at `ifMatch`
   */
  override(district: string, asking: Asking, override: Override): Promise<Answered>;
  putRecord(district: string, asking: Asking, record: ManualRecord): Promise<Answered>;
  /** @throws {RequestError} not-found where nobody has edited it */
  release(district: string, asking: Asking, at: EditAt): Promise<Answered>;
};

export function makeEditsDesk(deps: Deps): EditsDesk {
  const shown = async ({ sync, etag }: Asked) => ({ sync: await deps.view(sync), etag });
  return {
    async list(district, { entity, sourcedId, owner, ...paging }) {
      const { edits, etag } = await editsInForce(deps, district);
      const wanted = [...edits.records, ...edits.overrides]
        .filter((edit) => entity === undefined || edit.entity === entity)
        .filter((edit) => sourcedId === undefined || edit.sourcedId === sourcedId)
        .filter((edit) => owner === undefined || edit.owner === owner)
        .map((item) => ({ sk: editKey(item), item }))
        .sort((a, b) => (a.sk < b.sk ? -1 : 1));
      const page = await walk<EditView>(['edits'], paging, async ({ after, limit }) => {
        const rest = wanted.filter(({ sk }) => after === undefined || sk > after);
        return { items: rest.slice(0, limit), more: rest.length > limit };
      });
      return { page, etag };
    },
    async override(district, asking, override) {
      return shown(await overrideField(deps, { district, ...asking }, override));
    },
    async putRecord(district, asking, record) {
      return shown(await putManualRecord(deps, { district, ...asking }, record));
    },
    async release(district, asking, at) {
      return shown(await releaseEdit(deps, { district, ...asking }, at));
    },
  };
}
