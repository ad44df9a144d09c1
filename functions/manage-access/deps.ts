import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import type { CataloguesOf } from '../../shared/access/district-catalogues.ts';
import type { MappingRule } from '../../shared/access/mapping-rules.ts';
import type { SyncLedger } from '../../shared/roster/sync-stores.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { IdempotencyKeys } from '../../shared/runtime/idempotency.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { AccessChanges } from '../../shared/store/access-changes.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { Assignments } from '../../shared/store/assignments.ts';
import type { CatalogueDocuments } from '../../shared/store/catalogue-documents.ts';
import type { DistrictCatalogues } from '../../shared/store/district-catalogues.ts';
import type { Holders } from '../../shared/store/holders.ts';
import type { PastDeeds } from '../../shared/store/past-deeds.ts';
import type { RosterHistory } from '../../shared/store/roster-history.ts';
import type { FeedRowsOf } from './feed-rows.ts';

export type Deps = {
  access: Pick<AccessStore, 'person' | 'holder' | 'district'>;
  changes: Pick<AccessChanges, 'changeHead' | 'putTags'>;
  assignments: Pick<Assignments, 'record' | 'find' | 'confirm' | 'remove' | 'transfer'>;
  holders: Pick<Holders, 'list'>;
  pastDeeds: Pick<PastDeeds, 'of'>;
  history: Pick<RosterHistory, 'lastCommit' | 'person'>;
  syncs: Pick<SyncLedger, 'sync'>;
  feedRows: FeedRowsOf;
  /** Rules that map roster roles, by the version that a commit names; an answer names them. */
  rulesOf: (district: string, version: string | undefined) => Promise<readonly MappingRule[]>;
  shipped: CatalogueSet;
  cataloguesOf: CataloguesOf;
  documents: Pick<CatalogueDocuments, 'put' | 'catalogue' | 'overlay'>;
  districtCatalogues: Pick<DistrictCatalogues, 'change' | 'list'>;
  decide: Decide;
  idempotency: IdempotencyKeys;
  events: Events;
  now: () => Date;
};
