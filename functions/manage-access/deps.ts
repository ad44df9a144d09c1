import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { IdempotencyKeys } from '../../shared/runtime/idempotency.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { Assignments } from '../../shared/store/assignments.ts';
import type { Holders } from '../../shared/store/holders.ts';

export type Deps = {
  access: Pick<AccessStore, 'person' | 'district' | 'changeHead' | 'putTags'>;
  assignments: Pick<Assignments, 'record' | 'find' | 'confirm' | 'remove' | 'transfer'>;
  holders: Pick<Holders, 'list'>;
  catalogues: CatalogueSet;
  decide: Decide;
  idempotency: IdempotencyKeys;
  events: Events;
  now: () => Date;
};
