import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import type { CataloguesOf } from '../../shared/access/district-catalogues.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { IdempotencyKeys } from '../../shared/runtime/idempotency.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { Assignments } from '../../shared/store/assignments.ts';
import type { CatalogueDocuments } from '../../shared/store/catalogue-documents.ts';
import type { DistrictCatalogues } from '../../shared/store/district-catalogues.ts';
import type { Holders } from '../../shared/store/holders.ts';
import type { OwnFacts } from '../../shared/store/own-facts.ts';

export type Deps = {
  access: Pick<AccessStore, 'person' | 'district' | 'changeHead' | 'putTags'>;
  assignments: Pick<Assignments, 'record' | 'find' | 'confirm' | 'remove' | 'transfer'>;
  holders: Pick<Holders, 'list'>;
  shipped: CatalogueSet;
  cataloguesOf: CataloguesOf;
  documents: Pick<CatalogueDocuments, 'put' | 'catalogue' | 'overlay'>;
  districtCatalogues: Pick<DistrictCatalogues, 'change' | 'list'>;
  ownFacts: Pick<OwnFacts, 'put' | 'find' | 'remove'>;
  decide: Decide;
  idempotency: IdempotencyKeys;
  events: Events;
  now: () => Date;
};
