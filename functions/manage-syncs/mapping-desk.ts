import type { MappingRule } from '../../shared/access/mapping-rules.ts';
import type { MappingView } from '../../shared/messages/mapping.ts';
import type { SyncView } from '../../shared/messages/syncs.ts';
import {
  activateDraft,
  type MappingState,
  mappingState,
  saveDraft,
  simulateDraft,
} from '../../shared/roster/mapping-desk.ts';
import { mappingRules, mappingVersion, putMapping } from '../../shared/roster/mapping-documents.ts';
import type { DeskDeps } from '../../shared/roster/sync-desk.ts';
import type { Objects } from '../../shared/roster/sync-stores.ts';
import type { ViewOfSync } from './live-view.ts';

type Deps = DeskDeps & { objects: Objects; view: ViewOfSync };
type Kept = { mapping: MappingView; etag: string };

/** The mapping of a district as people handle it. */
export type MappingDesk = {
  get(district: string): Promise<Kept>;
  /** @throws {RequestError} precondition-failed where the mapping is not at `ifMatch`, if one is given */
  save(
    district: string,
    draft: { rules: readonly MappingRule[]; by: string; ifMatch: string | undefined },
  ): Promise<Kept>;
  /** Idempotent by `syncId`. @throws {RequestError} conflict where there is no draft */
  simulate(district: string, asked: { syncId: string; by: string }): Promise<SyncView>;
  /** @throws {RequestError} conflict where nothing is simulated, or roster or draft have moved since */
  activate(district: string, asked: { planHash: string; by: string }): Promise<SyncView>;
};

export function makeMappingDesk(deps: Deps): MappingDesk {
  const { ledger, objects, view } = deps;

  async function shown(district: string, { active, draft, etag }: MappingState): Promise<Kept> {
    const rules = [...(await mappingRules(objects, district, active?.version))];
    const by = active && {
      activatedAt: active.activatedAt,
      activatedBy: active.activatedBy,
      sync: active.syncId,
    };
    const drafted = draft && {
      ...draft,
      rules: [...(await mappingRules(objects, district, draft.version))],
    };
    return {
      mapping: {
        active: { version: active?.version ?? mappingVersion(rules), rules, ...by },
        ...(drafted ? { draft: drafted } : {}),
      },
      etag,
    };
  }

  return {
    async get(district) {
      return shown(district, mappingState((await ledger.lane(district)).value));
    },
    async save(district, { rules, by, ifMatch }) {
      const version = await putMapping(objects, district, rules);
      return shown(district, await saveDraft(deps, { district, version, by, ifMatch }));
    },
    async simulate(district, asked) {
      return view(await simulateDraft(deps, { district, ...asked }));
    },
    async activate(district, asked) {
      return view(await activateDraft(deps, { district, ...asked }));
    },
  };
}
