import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import { type MappingRule, problemsOfRules } from '../../shared/access/mapping-rules.ts';
import { RequestError } from '../../shared/errors.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { type Handlers, withEtag } from '../../shared/runtime/routing.ts';
import type { MappingDesk } from './mapping-desk.ts';

type MappingHandlers = Pick<
  Handlers<'manage-syncs'>,
  'getMapping' | 'putMapping' | 'simulateMapping' | 'activateMapping'
>;
type Deps = { mappings: MappingDesk; catalogues: CatalogueSet; events: Pick<Events, 'audited'> };

export function makeMappingHandlers({ mappings, catalogues, events }: Deps): MappingHandlers {
  return {
    async getMapping({ params }) {
      const { mapping, etag } = await mappings.get(params.district);
      return withEtag(mapping, etag);
    },

    async putMapping({ params: { district }, body: { rules }, by, ifMatch }) {
      refuseUnfit(rules, catalogues);
      const { mapping, etag } = await mappings.save(district, { rules, by, ifMatch });
      const what = { version: mapping.draft?.version ?? '', rules: rules.length };
      events.audited({ district, by, action: 'mapping-drafted', what });
      return withEtag(mapping, etag);
    },

    async simulateMapping({ params: { district }, by, newId }) {
      const sync = await mappings.simulate(district, { syncId: newId, by });
      const what = { version: sync.mapping ?? '', sync: sync.syncId };
      events.audited({ district, by, action: 'mapping-simulated', what });
      return sync;
    },

    async activateMapping({ params: { district }, body: { planHash }, by }) {
      const sync = await mappings.activate(district, { planHash, by });
      events.audited({ district, by, ...approvalOf(sync, planHash) });
      return sync;
    },
  };
}

/** Whoever approves a simulation brings its rules into force, by whichever route. */
export function approvalOf(sync: { syncId: string; mapping?: string | undefined }, planHash: string) {
  const what = { version: sync.mapping ?? '', sync: sync.syncId, planHash };
  return { action: 'mapping-approved', what } as const;
}

/** @throws {RequestError} unprocessable, with a pointer to each place */
function refuseUnfit(rules: readonly MappingRule[], catalogues: CatalogueSet): void {
  const fields = problemsOfRules(rules, catalogues);
  if (fields.length === 0) return;
  const message = 'Some rules could give nothing. Nothing was saved.';
  throw new RequestError('unprocessable', 'unfit-rules', message, { fields });
}
