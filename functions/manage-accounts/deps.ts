import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import type { CataloguesOf } from '../../shared/access/district-catalogues.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { IdempotencyKeys } from '../../shared/runtime/idempotency.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { Accounts } from '../../shared/store/accounts.ts';
import type { Assignments } from '../../shared/store/assignments.ts';
import type { KeptFacts } from '../../shared/store/kept-facts.ts';
import type { OwnFacts } from '../../shared/store/own-facts.ts';

export type Deps = {
  accounts: Pick<
    Accounts,
    'create' | 'change' | 'remove' | 'find' | 'list' | 'named' | 'ofUser' | 'assignments'
  >;
  facts: Pick<KeptFacts, 'put' | 'find' | 'list' | 'remove' | 'owned' | 'copy'>;
  access: Pick<AccessStore, 'person' | 'persons' | 'supposed' | 'holders' | 'district'>;
  logins: {
    /** Ends its sessions and forgets how it signed in; again does nothing more. */
    close(district: string, account: string, now: Date): Promise<void>;
    /** When each last signed in, ISO 8601; who never did is not among them. */
    lastSignIns(district: string, accounts: readonly string[]): Promise<ReadonlyMap<string, string>>;
  };
  assignments: Pick<Assignments, 'find'>;
  /** What pcr roles and associations go by. */
  catalogues: CatalogueSet;
  cataloguesOf: CataloguesOf;
  ownFacts: Pick<OwnFacts, 'put' | 'find' | 'remove'>;
  decide: Decide;
  idempotency: IdempotencyKeys;
  events: Events;
  now: () => Date;
};
