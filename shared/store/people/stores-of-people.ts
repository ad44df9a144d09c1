import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Accounts } from '../accounts.ts';
import { Assignments } from '../assignments.ts';
import { KeptFacts } from '../kept-facts.ts';
import { DynamoSyncLedger } from '../sync-ledger.ts';
import { accountsWalker, factsWalker } from './account-walkers.ts';
import { pagesWalker, stateWalker, uploadsWalker } from './buckets.ts';
import {
  accessWalker,
  assignmentsWalker,
  auditWalker,
  loginsWalker,
  tenantsWalker,
} from './given-walkers.ts';
import { exchangeWalker, reportsWalker } from './report-walkers.ts';
import { rosterWalker } from './roster-walker.ts';
import { syncsWalker } from './syncs-walker.ts';
import type { Walker } from './walker.ts';

/**
 * Every place where something of a person can stand; docs/privacy.md has a row for each. Who adds a store of people adds it here, and
 * with it to export, erasure and certificate. Accounts come first: what people gave goes with them. Files of reports come before the reports.
 */
export const storesOfPeople = [
  'accounts',
  'logins',
  'tenants',
  'facts',
  'access',
  'roster',
  'assignments',
  'syncs',
  'uploads',
  'state',
  'plans',
  'problems',
  'edits',
  'identities',
  'pages',
  'exports',
  'exchange',
  'reports',
  'audit',
] as const;
export type StoreOfPeople = (typeof storesOfPeople)[number];

export type PeopleTables = Record<
  'roster' | 'access' | 'assignments' | 'syncs' | 'tenants' | 'accounts' | 'logins' | 'audit' | 'reports',
  string
>;
export type PeopleDeps = {
  dynamo: DynamoDBDocumentClient;
  tables: PeopleTables;
  s3: S3Client;
  buckets: { feeds: string; state: string; pages: string; exchange: string };
  now(): string;
};

export function walkersOfPeople({
  dynamo,
  tables,
  s3,
  buckets,
  now,
}: PeopleDeps): Record<StoreOfPeople, Walker> {
  const state = { s3, bucket: buckets.state };
  const pages = { s3, bucket: buckets.pages };
  const exchange = { dynamo, table: tables.reports, s3, bucket: buckets.exchange, now };
  const ledger = new DynamoSyncLedger(dynamo, { syncs: tables.syncs }, now);
  return {
    accounts: accountsWalker({
      accounts: new Accounts(dynamo, tables),
      assignments: new Assignments(dynamo, tables),
      now,
    }),
    logins: loginsWalker(dynamo, tables.logins),
    audit: auditWalker(dynamo, tables.audit),
    tenants: tenantsWalker(dynamo, tables),
    facts: factsWalker(new KeptFacts(dynamo, tables)),
    access: accessWalker(dynamo, tables, now),
    roster: rosterWalker(dynamo, tables.roster),
    assignments: assignmentsWalker(dynamo, tables.assignments),
    syncs: syncsWalker({ ledger, dynamo, table: tables.syncs }),
    uploads: uploadsWalker({ s3, bucket: buckets.feeds }),
    state: stateWalker('state', state),
    plans: stateWalker('plans', state),
    problems: stateWalker('problems', state),
    edits: stateWalker('edits', state),
    identities: stateWalker('identities', state),
    pages: pagesWalker('', pages),
    exports: pagesWalker('exports/', pages),
    exchange: exchangeWalker(exchange),
    reports: reportsWalker(exchange),
  };
}
