import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import { deadLetterNames, type FunctionName, functionNames, tableNames } from '../../infra/names.ts';
import { permissions } from '../../infra/permissions.ts';
import { mostFailures } from '../../shared/accounts/lockout.ts';
import type { FeedView } from '../../shared/messages/districts.ts';
import type { MappingView } from '../../shared/messages/mapping.ts';
import type { SyncView } from '../../shared/messages/syncs.ts';
import { singlePutBytes } from '../../shared/store/upload-files.ts';
import { Api } from '../builders/api.ts';
import { certification } from '../builders/authzen-scenarios.ts';
import { checkedReport } from '../builders/brought-report.ts';
import { aReport } from '../builders/check-world.ts';
import { dateCommits } from '../builders/commits.ts';
import { crowdFeed, feedZip } from '../builders/feed-zip.ts';
import { startLocal } from '../builders/local.ts';
import { feed11, manifestOf, withRow } from '../builders/oneroster-feed.ts';
import { acceptReport, ledgerOf, linesOf, strandReports } from '../builders/outbox.ts';
import { RecordingProxy } from '../builders/recording-proxy.ts';
import { bySsh2, fetched, listed, newKeyPair, written } from '../builders/ssh2-client.ts';
import { linkOf } from '../builders/tickets.ts';
import { startTinyApi, type TinyApi } from '../builders/tiny-api/server.ts';
import { withTinyApi } from '../builders/tiny-api/stack.ts';
import { until } from '../builders/until.ts';
import { zipOf } from '../builders/zip.ts';
import { grantsIn, opens } from '../contract/template/grants.ts';
import { startServer } from '../vendors/http-server.ts';
import { openidClient, passThrough, startOpenidProvider } from '../vendors/openid-provider.ts';

/** Declared, and not used on the ways below; what each is there for. */
const kept: Record<string, string> = {
  'apply-changes: PutItem on accounts': 'an account by rule of somebody who is purged',
  'apply-changes: UpdateItem on accounts': 'an account of somebody who is purged',
  'provision-accounts: DeleteItem on accounts': 'an account by rule of somebody who was purged',
  'provision-accounts: DeleteItem on assignments': 'roles by hand of an account by rule that goes',
  'provision-accounts: DeleteItem on tenants': 'the names of an account by rule that goes',
  'provision-accounts: GetItem on assignments': 'roles by hand of an account by rule that goes',
  'provision-accounts: PutItem on assignments': 'roles by hand of an account by rule that goes',
  'provision-accounts: UpdateItem on assignments': 'roles by hand of an account by rule that goes',
  'provision-accounts: PutItem on logins': 'an account by rule that goes',
  'provision-accounts: GetItem on audit':
    'an account that a rule makes: functions/provision-accounts/handler.test.ts',
  'provision-accounts: PutItem on audit':
    'an account that a rule makes: functions/provision-accounts/handler.test.ts',
  'provision-accounts: PutItem on tenants':
    'an account that a rule makes: functions/provision-accounts/handler.test.ts',
  'provision-accounts: PutItem on syncs':
    'an account that a rule makes: functions/provision-accounts/handler.test.ts',
  'provision-accounts: UpdateItem on syncs':
    'an account that a rule makes: functions/provision-accounts/handler.test.ts',
  'provision-accounts: UpdateItem on access':
    'an account that a rule makes: functions/provision-accounts/handler.test.ts',
  'provision-accounts: SendMessage on mails':
    'an account that a rule makes: functions/provision-accounts/handler.test.ts',
  'check-report: AbortMultipartUpload on exchange': 'a file of problems that cannot be written to its end',
  'check-report: DeleteItem on syncs': 'a lane that has nothing to do any more',
  'check-report: DeleteObject on exchange': 'a file in which a scanner found something',
  'check-report: DeleteObjectVersion on exchange': 'a file in which a scanner found something',
  'check-report: ListBucket on exchange': 'a file in which a scanner found something, and that is gone',
  'check-report: ListBucketVersions on exchange': 'a file in which a scanner found something',
  'authorize: UpdateItem on logins': 'a session that was last used more than five minutes ago',
  'apply-changes: Query on syncs': 'plans of more than 256 chunks',
  'apply-changes: GetItem on access': 'somebody who is purged',
  'apply-changes: GetItem on accounts': 'what is kept of the records of somebody who is purged',
  'apply-changes: DeleteItem on accounts': 'what is kept of the records of somebody who is purged',
  'apply-changes: GetItem on assignments': 'what people gave somebody who is purged',
  'apply-changes: PutItem on syncs': 'the change that somebody was purged',
  'apply-changes: PutItem on assignments': 'what people gave somebody who is purged',
  'apply-changes: DeleteItem on assignments': 'what people gave somebody who is purged',
  'apply-changes: UpdateItem on logins': 'an account whose person is purged',
  'manage-access: ListBucket on feeds': 'an upload that is kept no longer',
  'manage-access: ListBucket on state': 'a roster of a past day that is kept no longer',
  'manage-accounts: UpdateItem on assignments': 'a role of a login that confirmed a request of the roster',
  'manage-accounts: ConditionCheckItem on logins': 'a link whose account is gone',
  'sign-in: ConditionCheckItem on logins': 'a link whose account is gone',
  'manage-syncs: AbortMultipartUpload on state': 'a file of problems that cannot be written to its end',
  'plan-sync: UpdateItem on syncs': 'progress of feeds of more than 20,000 rows',
  'pull-feed: DeleteItem on syncs':
    'a pull that is rejected, and with it a lane that has nothing to do any more',
  'provision-accounts: Query on logins': 'an account by rule whose person is purged',
  'provision-accounts: DeleteItem on logins': 'an account by rule whose person is purged',
  'erase-person: DeleteItem on assignments': 'roles that somebody held who is erased',
  'erase-person: GetItem on assignments': 'roles of an account of somebody who is erased',
  'erase-person: PutItem on assignments': 'roles of an account of somebody who is erased',
  'erase-person: UpdateItem on assignments': 'a request of the roster that an erased account had confirmed',
  'erase-person: UpdateItem on logins': 'an account that came after the erasure was asked for',
  'erase-person: DeleteItem on logins': 'somebody who has signed in',
  'erase-person: DeleteItem on syncs': 'a lane that has nothing to do any more',
  'erase-person: UpdateItem on accounts': 'a query whose owner is erased',
  'erase-person: DeleteObject on state': 'plans and problems that were kept long enough',
  'erase-person: GetObject on pages': 'pages that are made while somebody is erased',
  'erase-person: ListBucketVersions on feeds': 'the engine here keeps no versions',
  'erase-person: ListBucketVersions on pages': 'the engine here keeps no versions',
  'erase-person: ListBucketVersions on state': 'the engine here keeps no versions',
  'erase-person: DeleteObjectVersion on feeds': 'the engine here keeps no versions',
  'erase-person: GetItem on audit': 'details of the audit that are seven years old: shared/store',
  'erase-person: PutItem on audit': 'details of the audit that are seven years old: shared/store',
  'erase-person: GetItem on reports': 'a report that names somebody who is erased: shared/store/people',
  'erase-person: UpdateItem on reports': 'a report that names somebody who is erased: shared/store/people',
  'erase-person: DeleteItem on reports': 'a report that names somebody who is erased: shared/store/people',
  'erase-person: GetObject on exchange': 'a file that names somebody who is erased: shared/store/people',
  'erase-person: DeleteObject on exchange': 'a file that names somebody who is erased: shared/store/people',
  'erase-person: DeleteObjectVersion on exchange': 'the engine here keeps no versions',
  'erase-person: ListBucketVersions on exchange': 'the engine here keeps no versions',
  'build-report: AbortMultipartUpload on exchange': 'a report that breaks off',
  'build-report: DeleteObjectVersion on exchange': 'the engine here keeps no versions',
  'manage-privacy: GetObject on exchange': 'a file that names somebody: shared/store/people',
  'manage-privacy: AbortMultipartUpload on pages': 'an export that breaks off',
  'manage-privacy: GetObject on pages': 'the address of an export, which is fetched by whoever has it',
  'manage-privacy: PutItem on tenants': 'a request with an idempotency key',
  'manage-privacy: UpdateItem on tenants': 'a request with an idempotency key',
  'manage-privacy: PutItem on accounts': 'queries that are copied to another account',
  'manage-privacy: UpdateItem on accounts': 'queries that are copied to another account',
  'manage-privacy: DeleteItem on accounts': 'queries that are copied to another account',
  'manage-privacy: UpdateItem on access': 'queries that are copied to another account',
  'manage-privacy: UpdateItem on syncs': 'queries that are copied to another account',
  'manage-reports: GetObject on exchange': 'the address of a report, which is fetched by whoever has it',
  'hear-sftp: ListBucket on exchange': 'a file that was gone before its download was told of',
  'receive-report: DeleteObject on exchange': 'a file that was refused before anybody looked into it',
  'receive-report: DeleteObjectVersion on exchange': 'the engine here keeps no versions',
  'receive-report: ListBucketVersions on exchange': 'a file that was refused before anybody looked into it',
  'receive-report: ListBucket on exchange': 'a file that was renamed before somebody looked',
  'erase-person: Query on reports': 'a district’s night',
  'erase-person: PutItem on reports': 'reports that name somebody, or could be fetched long enough',
  'start-due-syncs: SendMessage on mails': 'a digest that is due',
  'send-mail: BatchWriteItem on reports': 'a digest that has gone out',
  'send-mail: Query on reports': 'a digest, or a mail that nobody may get any more',
  'send-mail: DeleteItem on syncs': 'a digest that is armed for an earlier time than before',
  'start-due-syncs: SendMessage on erasures': 'a district’s night',
  'reconcile-reports: DeleteObjectVersion on exchange': 'the engine here keeps no versions',
  'reconcile-syncs: GetItem on syncs': 'a sync that stands still',
  'reconcile-syncs: PutItem on syncs': 'a sync that is driven on, or given up',
  'reconcile-syncs: DeleteItem on syncs': 'a lane that has nothing to do any more',
  'reconcile-syncs: SendMessage on plans': 'a lost message',
  'reconcile-syncs: SendMessage on changes': 'a lost message',
  'reconcile-syncs: SendMessage on finishes': 'a lost message',
  'reconcile-syncs: SendMessage on pulls': 'a lost message',
  'pull-feed: UpdateItem on syncs': 'progress of pulls of more than 5,000 objects',
  'pull-feed: AbortMultipartUpload on feeds': 'a pull of more than 8 MB that breaks off',
  'start-due-syncs: GetItem on tenants': 'the daily seal of the audit',
  'start-due-syncs: PutItem on tenants': 'the daily seal of the audit, where it is the first',
  'start-due-syncs: GetItem on audit': 'the daily seal of the audit',
  'start-due-syncs: PutObject on seals': 'the daily seal of the audit',
  'start-due-syncs: SendMessage on pulls':
    'a schedule of a feed that is pulled, which takes a minute of the clock',
};

const proxy = new RecordingProxy();
let local: Local;
let vendor: TinyApi;
let operator: Api;

beforeAll(async () => {
  vendor = await startTinyApi('secret', [{ id: 'p1', given: 'Pia', family: 'Poe' }]);
  local = await startLocal({ ...withTinyApi, through: proxy.through });
  proxy.uses = []; // what seeded the operator
  operator = await Api.signIn(local.url, local.operator);
  const north = await useDistrict();
  await strandReports(local, 'north');
  await useUploads();
  await useTriggers();
  await usePulls();
  await useSyncs();
  await giveUpASync();
  await useAssignments(north);
  await useMapping(north);
  await useEdits(north);
  await useCare(north);
  await useAccounts(north);
  await useMails(north);
  await useNotices(north);
  await useSingleSignOn(north);
  await useAccountRules(north);
  await useSecondFactors(north);
  await useReads(north);
  await useReports(north);
  await useSftp(north);
  await usePrivacy(north);
  await useAudit(north);
  await useChecks();
  await useWebhooks(north);
  await lookAfterReports();
}, 400_000);

afterAll(async () => {
  await local?.stop();
  await vendor?.stop();
  proxy.close();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

/** As the clock does each minute. */
async function lookAfterReports(): Promise<void> {
  await local.functions.get('rolebook-local-reconcile-reports')?.invoke({});
  const state = async (id: string) => (await ledgerOf(local).find('north', id))?.state;
  await until('what stood still is ended', async () => (await state('given-up')) === 'failed');
  await until('what stood still is made', async () => (await state('to-make')) === 'refused');
}

/** Somebody with an account goes, after a look at what is kept of them. */
async function usePrivacy(north: Api): Promise<void> {
  const base = '/v1/districts/north';
  await north.ok('GET', `${base}/retention`);
  await north.ok('PUT', `${base}/retention`, {});
  const names = { username: 'goes-away', email: 'goes-away@example.org' };
  await north.ok('POST', `${base}/accounts`, { ...names, user: 'u2' });
  await north.ok('PUT', `${base}/records/students/u2`, { status: { 2027: 'Enrolled' } });
  await north.ok('PUT', `${base}/records/households/h9`, {
    students: [{ id: 'u2', relationship: 'Parent' }],
  });
  await north.ok('POST', `${base}/users/u2/export`);
  const path = `${base}/users/u2/erasure`;
  const { erasureId } = await north.ok<{ erasureId: string }>('POST', path, { keepOut: true });
  await until('the erasure is done', async () => {
    const { state } = await north.ok<{ state: string }>('GET', `${base}/erasures/${erasureId}`);
    return state === 'done';
  });
  await operator.ok('GET', '/v1/certificate-keys');
  await operator.ok('GET', '/v1/service');
  await operator.ok('GET', '/v1/signing-keys');
}

/** A roster feed that is synced, and a file with more problems than stand with the report. */
async function useChecks(): Promise<void> {
  await operator.newDistrict('brought');
  await operator.ok('PUT', '/v1/districts/brought/feeds/ftp', { format: 'oneroster-csv', source: 'sftp' });
  const roster = aReport({ by: 'client:brought.sis' });
  const accepted = await checkedReport(local, {
    ...{ district: 'brought', report: roster },
    content: await feedZip(feed11()),
  });
  expect(accepted.state).toBe('accepted');
  expect((await operator.rested('brought', accepted.sync ?? '')).state).toBe('applied');
  const report = aReport({ id: '01K0000000000000000000000B', fileName: 'graduates.txt' });
  const content = ['PH3', ...Array.from({ length: 120 }, () => 'PD3')].join('\n');
  expect((await checkedReport(local, { district: 'brought', report, content })).state).toBe('refused');
}

/** Returns a client of the district north. */
async function useDistrict(): Promise<Api> {
  await operator.newDistrict('north');
  const taken = await operator.call('POST', '/v1/districts', {
    id: 'north',
    name: 'North',
    timeZone: 'UTC',
    schoolYear: 2027,
  });
  expect(taken.status).toBe(409);
  await operator.ok('GET', '/v1/districts');
  await operator.ok('GET', '/v1/districts/north');
  await operator.ok('PATCH', '/v1/districts/north', { schoolYear: 2027 });
  await operator.ok('PUT', '/v1/customers/county', { districts: ['north'] });
  const key = { 'idempotency-key': 'one-client-only' };
  const wanted = { name: 'SIS', scopes: ['rolebook.district:north', 'access.evaluate'] };
  const [made, again, refused] = [
    await operator.call('POST', '/v1/districts/north/clients', wanted, key),
    await operator.call('POST', '/v1/districts/north/clients', wanted, key),
    await operator.call('POST', '/v1/districts/north/clients', { ...wanted, name: 'Other' }, key),
  ];
  expect([made.status, again.body, refused.status]).toEqual([201, made.body, 422]);
  const invalid = await operator.call('POST', '/v1/districts/north/clients', { ...wanted, scopes: [] }, key);
  expect(invalid.status).toBeGreaterThanOrEqual(400);
  await operator.ok('GET', '/v1/districts/north/clients');
  const spare = await operator.ok<{ clientId: string }>('POST', '/v1/districts/north/clients', wanted);
  const secrets = `/v1/districts/north/clients/${spare.clientId}/secrets`;
  await operator.ok('POST', secrets, {});
  await operator.ok('DELETE', `${secrets}/former`);
  await operator.ok('POST', '/v1/signing-keys', {});
  await operator.ok('DELETE', `/v1/districts/north/clients/${spare.clientId}`);
  await operator.ok('GET', '/v1/districts/north/feeds');
  await operator.ok('GET', '/v1/districts/north/feeds/sis');
  return Api.signIn(local.url, made.body as { clientId: string; clientSecret: string });
}

/** In parts, and several files at once; then a sync of each. */
async function useUploads(): Promise<void> {
  await operator.newDistrict('uploads');
  const texts = { ...feed11(), manifest: manifestOf(feed11(), '1.1') };
  const files = Object.entries(texts).map(([name, text = '']) => ({ fileName: `${name}.csv`, text }));
  const padding = { 'padding.txt': Buffer.alloc(singlePutBytes + 1) };
  const zip = await zipOf(
    { ...Object.fromEntries(files.map(({ fileName, text }) => [fileName, text])), ...padding },
    { compress: false },
  );
  const path = '/v1/districts/uploads/uploads';
  const big = await operator.ok<{ uploadId: string; parts: { url: string; from: number; to: number }[] }>(
    'POST',
    path,
    { fileName: 'big.zip', size: zip.length },
  );
  expect((await operator.call('POST', `${path}/${big.uploadId}/completion`)).status).toBe(409);
  for (const { url, from, to } of big.parts) {
    expect((await fetch(url, { method: 'PUT', body: new Uint8Array(zip.subarray(from, to)) })).status).toBe(
      200,
    );
  }
  await operator.ok('POST', `${path}/${big.uploadId}/completion`);
  await applied('uploads', big.uploadId);

  const loose = await operator.ok<{
    uploadId: string;
    files: { url: string; headers: Record<string, string> }[];
  }>('POST', path, {
    files: files.map(({ fileName, text }) => ({ fileName, size: Buffer.byteLength(text) })),
  });
  // Whoever looks before the notification comes notes the file's arrival itself.
  const release = proxy.hold('receive-upload');
  await operator.ok('GET', `${path}/${loose.uploadId}`);
  for (const [at, { url, headers: sent }] of loose.files.entries()) {
    await fetch(url, { method: 'PUT', headers: sent, body: files[at]?.text ?? '' });
    if (at === 0) await operator.ok('GET', `${path}/${loose.uploadId}`);
  }
  await applied('uploads', loose.uploadId);
  release();
}

/** A trigger file makes an upload due at once; its feed is late, and then is not. */
async function useTriggers(): Promise<void> {
  await operator.newDistrict('triggers');
  const path = '/v1/districts/triggers/feeds/sis';
  const feed = { format: 'oneroster-csv', source: 'upload', freshness: { withinHours: 24 } };
  await operator.ok('PUT', path, { ...feed, freshness: { withinHours: 48 } });
  await operator.ok('PUT', path, { ...feed, arrival: { triggerFile: 'done.csv' } });
  const zip = await feedZip(feed11());
  const files = [
    { fileName: 'feed.zip', body: zip },
    { fileName: 'done.csv', body: Buffer.from('all') },
  ];
  const started = await operator.ok<{
    uploadId: string;
    files: { url: string; headers: Record<string, string> }[];
  }>('POST', '/v1/districts/triggers/uploads', {
    feed: 'sis',
    files: files.map(({ fileName, body }) => ({ fileName, size: body.length })),
  });
  for (const [at, { url, headers }] of started.files.entries()) {
    await fetch(url, { method: 'PUT', headers, body: new Uint8Array(files[at]?.body ?? []) });
  }
  const upload = `/v1/districts/triggers/uploads/${started.uploadId}`;
  const tick = local.functions.get('rolebook-local-start-due-syncs');
  let sync: string | undefined;
  await until('the upload is given to a sync', async () => {
    await tick?.invoke({});
    sync = (await operator.ok<{ sync?: string }>('GET', upload)).sync;
    return sync !== undefined;
  });
  const rested = await operator.rested('triggers', sync ?? '');
  expect([rested.state, rested.requestedBy]).toEqual(['applied', 'arrival']);
  const again = { feed: 'sis', only: { users: ['u1', 'nobody'] } };
  const { syncId } = await operator.ok<SyncView>('POST', '/v1/districts/triggers/syncs', again);
  const part = await operator.rested('triggers', syncId);
  expect([part.state, part.counts.users?.received, part.problems]).toEqual([
    'applied',
    1,
    { errors: 0, warnings: 1 },
  ]);
}

/** A vendor that does not answer at once; credentials that come, change and go. */
async function usePulls(): Promise<void> {
  await operator.newDistrict('pulls');
  const at = '/v1/districts/pulls';
  const credentials = { token: 'secret' };
  const settings = { format: 'oneroster-rest', source: { url: vendor.url, credentials } };
  const freshness = { withinHours: 24 };
  await operator.ok('PUT', `${at}/feeds/api`, { ...settings, freshness });
  await operator.ok('PUT', `${at}/feeds/api`, { ...settings, freshness });
  vendor.refusals.push({ status: 503, headers: { 'retry-after': '3600' } });
  const waiting = await operator.ok<SyncView>('POST', `${at}/syncs`, { feed: 'api' });
  const last = async () => (await operator.ok<FeedView>('GET', `${at}/feeds/api`)).lastPull;
  await until(
    'the vendor is asked, and waited for',
    async () => vendor.refusals.length === 0 && (await last())?.state === 'waiting',
  );
  await operator.ok('POST', `${at}/syncs/${waiting.syncId}/cancellation`);
  const { syncId } = await operator.ok<SyncView>('POST', `${at}/syncs`, { feed: 'api' });
  expect((await operator.rested('pulls', syncId)).state).toBe('applied');
  await operator.ok('PUT', `${at}/feeds/api`, { format: 'oneroster-csv', source: 'upload' });
}

async function applied(district: string, upload: string): Promise<void> {
  const started = await operator.ok<SyncView>('POST', `/v1/districts/${district}/syncs`, {
    feed: 'sis',
    upload,
  });
  expect((await operator.rested(district, started.syncId)).state).toBe('applied');
}

/** Created, updated, removed, held, approved, superseded, cancelled, rejected. */
async function useSyncs(): Promise<void> {
  await operator.newDistrict('syncs');
  const syncs = '/v1/districts/syncs/syncs';
  const run = async (...feed: Parameters<typeof crowdFeed>) =>
    operator.sync('syncs', await feedZip(crowdFeed(...feed)));
  expect((await run(40)).counts.users).toMatchObject({ created: 41 });
  expect((await run(39, (i) => (i < 3 ? 'Roe' : 'Doe'))).counts.users).toMatchObject({
    updated: 3,
    suspended: 1,
  });
  expect((await run(40)).counts.users).toMatchObject({ updated: 3, reactivated: 1 });
  const held = await run(28);
  expect(held.state).toBe('held');
  expect((await run(27)).state).toBe('held');
  expect((await operator.rested('syncs', held.syncId)).state).toBe('superseded');
  const waiting = await run(26);
  await operator.ok('GET', `${syncs}/${waiting.syncId}/plan`);
  await operator.ok('POST', `${syncs}/${waiting.syncId}/approval`, { planHash: waiting.planHash });
  expect((await operator.rested('syncs', waiting.syncId)).state).toBe('applied');
  const dry = await operator.sync('syncs', await feedZip(crowdFeed(26)), { dryRun: true });
  await operator.ok('POST', `${syncs}/${dry.syncId}/cancellation`);
  expect((await operator.sync('syncs', Buffer.from('no zip'))).state).toBe('rejected');

  const dirty = withRow(crowdFeed(26), 'users', 'u9,,,true,s1,principal,pat,,Pat,Poe,,,,,,,,');
  const { syncId } = await operator.sync('syncs', await feedZip(dirty));
  await operator.ok('GET', `${syncs}/${syncId}/problems`);
  for (const time of ['first', 'second']) {
    const csv = await operator.text(`${syncs}/${syncId}/problems`, 'text/csv');
    expect([time, csv.split('\r\n')[0]]).toEqual([time, expect.stringContaining('file,row,column')]);
  }
  await operator.ok('GET', syncs);
  await queueBehindARejected();
}

/** The one that waits is started by the rejection of the one before; an upload that has not arrived starts none. */
async function queueBehindARejected(): Promise<void> {
  const zip = await feedZip(crowdFeed(26));
  const release = proxy.hold('plan-sync');
  const first = await operator.startSync('syncs', Buffer.from('no zip'));
  const upload = await operator.upload('syncs', zip);
  const start = () =>
    operator.call(
      'POST',
      '/v1/districts/syncs/syncs',
      { feed: 'sis', upload },
      { 'idempotency-key': 'once' },
    );
  const second = await start();
  expect((await start()).body).toEqual(second.body);
  release();
  expect((await operator.rested('syncs', first)).state).toBe('rejected');
  expect((await operator.rested('syncs', (second.body as SyncView).syncId)).state).toBe('applied');
  const { uploadId } = await operator.ok<{ uploadId: string }>('POST', '/v1/districts/syncs/uploads', {
    fileName: 'late.zip',
    size: 1,
  });
  const early = await operator.call('POST', '/v1/districts/syncs/syncs', { feed: 'sis', upload: uploadId });
  expect(early.status).toBe(409);
}

/** A sync that has written everything is cancelled before its commit, while two wait; the next writes over what it left. */
async function giveUpASync(): Promise<void> {
  await operator.newDistrict('given-up');
  const zip = await feedZip(feed11());
  const finishesSent = () => proxy.uses.filter(({ on }) => on === 'finishes').length;
  const sentBefore = finishesSent();
  const release = proxy.hold('finish-sync');
  const first = await operator.startSync('given-up', zip);
  await until('all chunks are written', () => finishesSent() > sentBefore);
  const second = await operator.startSync('given-up', zip);
  const third = await operator.startSync('given-up', zip);
  const cancelled = await operator.ok<SyncView>('POST', `/v1/districts/given-up/syncs/${first}/cancellation`);
  expect(cancelled.state).toBe('cancelled');
  release();
  expect((await operator.rested('given-up', second)).counts.users).toMatchObject({ created: 3 });
  expect((await operator.rested('given-up', third)).counts.users).toMatchObject({ unchanged: 3 });
}

async function useAssignments(north: Api): Promise<void> {
  const admin = 'u7,,,true,d1,administrator,root,,Rita,Root,,,,,,,,';
  const withAdmin = withRow(feed11(), 'users', admin);
  const moved = { ...withAdmin, users: withAdmin.users?.replace('s1,teacher', 's2,teacher') };
  for (const feed of [withAdmin, moved, withAdmin]) {
    expect((await operator.sync('north', await feedZip(feed))).state).toBe('applied');
  }
  const path = '/v1/districts/north/assignments';
  const proctor = {
    user: 'u3',
    system: 'hmh',
    role: 'school_assessment_proctor',
    scope: { type: 'school', ids: ['s1', 's2'] },
  };
  const given = await north.ok<{ id: string }>('POST', path, proctor);
  await north.ok('GET', `${path}?user=u3`);
  await north.ok('GET', `${path}?system=hmh&role=teacher`);
  await north.ok('DELETE', `${path}/${given.id}`);
  const seat = { system: 'nsc', role: 'st_billing', scope: { type: 'account', ids: ['s1'] } };
  const seated = await north.ok<{ id: string }>('POST', path, { user: 'u3', ...seat });
  const refused = await north.call('POST', path, { user: 'u1', ...seat });
  expect([refused.status, (refused.body as { holders: string[] }).holders]).toEqual([409, ['u3']]);
  await north.ok('POST', `${path}/${seated.id}/transfer`, { user: 'u1' });
  await north.ok('PUT', '/v1/districts/north/users/u1/tags', { tags: ['chess'] });
  const administrator = {
    system: 'hmh',
    role: 'district_data_admin',
    scope: { type: 'district', ids: ['north'] },
  };
  const asked = await north.ok<{ id: string }>('POST', path, { user: 'u1', ...administrator });
  await operator.ok('POST', `/v1/districts/north/requests/${asked.id}/confirmation`);
  const requests = await operator.ok<{ items: { id: string; user: string; system: string }[] }>(
    'GET',
    '/v1/districts/north/requests',
  );
  const ofHmh = requests.items.filter(({ system }) => system === 'hmh');
  expect(ofHmh.map(({ user }) => user)).toEqual(['u7']);
  const key = { 'idempotency-key': 'confirmed-once' };
  const confirmation = `/v1/districts/north/requests/${ofHmh[0]?.id}/confirmation`;
  const confirmed = await north.call('POST', confirmation, undefined, key);
  expect(confirmed.status).toBe(201);
  expect((await north.call('POST', confirmation, undefined, key)).body).toEqual(confirmed.body);
  const { id } = confirmed.body as { id: string };
  await north.ok('DELETE', `${path}/${id}`);
  await north.ok('PUT', '/v1/districts/north/settings', { 'hmh.teacher.roster.view': true });
  await north.ok('GET', '/v1/districts/north/settings');
}

async function useMapping(north: Api): Promise<void> {
  const path = '/v1/districts/north/mapping';
  const { active } = await north.ok<MappingView>('GET', path);
  await north.ok('PUT', path, { rules: [...active.rules].reverse() });
  const { syncId } = await north.ok<SyncView>('POST', `${path}/simulation`);
  const { planHash } = await north.rested('north', syncId);
  await north.ok('POST', `${path}/activation`, { planHash });
  expect((await north.rested('north', syncId)).state).toBe('applied');
}

/** A name written over the feed, and given back to it; a record that no feed brings. */
async function useEdits(north: Api): Promise<void> {
  const path = '/v1/districts/north/edits/users';
  const nameOf = async () =>
    (await north.ok<{ givenName: string }>('GET', '/v1/districts/north/users/u1')).givenName;
  const watched = async (method: string, at: string, body?: unknown) => {
    const { syncId } = await north.ok<SyncView>(method, `${path}/${at}`, body);
    expect((await north.rested('north', syncId)).state).toBe('applied');
  };
  const before = await nameOf();
  await watched('PUT', 'u1/givenName', { value: 'By hand', reason: 'a wrong import' });
  expect(await nameOf()).toBe('By hand');
  await watched('DELETE', 'u1/givenName');
  expect(await nameOf()).toBe(before);
  const record = { enabledUser: true, givenName: 'Guest', familyName: 'Teacher', roles: [] };
  await watched('PUT', 'h1', { record, reason: 'a guest', until: '2100-01-01' });
  expect((await north.ok<{ items: unknown[] }>('GET', '/v1/districts/north/edits')).items).toHaveLength(1);
  await watched('DELETE', 'h1');
}

async function useCare(north: Api): Promise<void> {
  for (const what of ['purges', 'repairs']) {
    const { syncId } = await north.ok<SyncView>('POST', `/v1/districts/north/${what}`);
    const { state, problems } = await north.rested('north', syncId);
    expect([what, state, problems]).toEqual([what, 'applied', { errors: 0, warnings: 0 }]);
  }
}

async function useAccounts(north: Api): Promise<void> {
  const path = '/v1/districts/north/accounts';
  const key = { 'idempotency-key': 'one-account-only' };
  const wanted = { username: 'ada', email: 'ada@example.org', user: 'u1', roles: ['staff', 'security_full'] };
  const made = await north.call('POST', path, wanted, key);
  expect((await north.call('POST', path, wanted, key)).body).toEqual(made.body);
  expect((await north.call('POST', path, { ...wanted, roles: ['parent'] }, key)).status).toBe(422);
  const { id } = made.body as { id: string };
  const other = { username: 'eve', email: 'eve@example.org' };
  const { id: copyTo } = await north.ok<{ id: string }>('POST', path, other);
  for (const query of ['', '?user=u1', '?username=ada', '?email=ada@example.org'])
    await north.ok('GET', `${path}${query}`);
  await north.ok('GET', `${path}/${id}`);
  await north.ok('GET', `${path}/${id}/leaving`);
  await north.ok('GET', '/v1/districts/north/account-review');
  const seat = { system: 'nsc', role: 'billing', scope: { type: 'account', ids: ['s1'] } };
  await north.ok('POST', '/v1/districts/north/assignments', { user: id, ...seat });
  await north.ok('PATCH', `${path}/${id}`, { roles: ['teacher'], webId: 'ada1', email: 'ada@example.com' });
  const record = '/v1/districts/north/records/donors';
  await north.ok('PUT', `${record}/d1`, { attributes: [{ name: 'Gala' }] });
  await north.ok('GET', record);
  await north.ok('GET', `${record}/d1`);
  await north.ok('DELETE', `${record}/d1`);
  const query = '/v1/districts/north/resources/dat_query/q1';
  await north.ok('PUT', query, { owner: id });
  await north.ok('GET', query);
  expect((await north.call('DELETE', `${path}/${id}`)).status).toBe(409);
  await useSigningIn(north, `${path}/${copyTo}`);
  await north.ok('DELETE', `${path}/${id}?dats=copy&copyTo=${copyTo}`);
  await north.ok('DELETE', query);
}

/** A rule for everybody of the roster; all have an account by then, or no e-mail. */
async function useAccountRules(north: Api): Promise<void> {
  const path = '/v1/districts/north/account-rules';
  const roles = ['teacher', 'student', 'administrator', 'guardian', 'parent'];
  const rule = { name: 'all', roles, username: 'sourcedId', invite: true };
  await north.ok('PUT', path, { rules: [rule] });
  await until('accounts follow the rule', async () => {
    const { progress } = await north.ok<{ progress: { upToDate: boolean } }>('GET', path);
    return progress.upToDate;
  });
}

/** An invitation, and a reset that says no district. */
async function useMails(north: Api): Promise<void> {
  const eli = { username: 'eli', email: 'eli@example.org' };
  await north.ok('POST', '/v1/districts/north/accounts', { ...eli, invite: true });
  await postPublic('/v1/password-resets', { usernameOrEmail: eli.email });
  await until('both mails are sent', async () => {
    const mails = (await (await fetch(`${local.url}/local/mailbox.json`)).json()) as { to: string }[];
    return mails.filter(({ to }) => to === eli.email).length === 2;
  });
}

/** A report whose only reader's address takes no mail, one with no reader, and one that waits for a digest. */
async function useNotices(north: Api): Promise<void> {
  const base = '/v1/districts/north';
  const names = { username: 'fay', email: 'bounce+fay@simulator.amazonses.com', webId: 'fay1' };
  const { id } = await north.ok<{ id: string }>('POST', `${base}/accounts`, names);
  const role = { system: 'nsc', role: 'ftp', scope: { type: 'account', ids: ['s1'] } };
  await north.ok('POST', `${base}/assignments`, { user: id, ...role });
  const ledger = ledgerOf(local);
  const lineOf = (report: string, line: string) =>
    until(line, async () => (await linesOf(ledger, 'north', report)).includes(line));
  await acceptReport(ledger, 'north', { id: 'r-1', account: 's1' });
  await acceptReport(ledger, 'north', { id: 'r-2', account: 's2' });
  await lineOf('r-1', `mail-bounced ${id}`);
  await lineOf('r-2', 'unheard');
  const preferences = `${base}/accounts/${id}/notification-preferences`;
  await north.ok('GET', preferences);
  await north.ok('PUT', preferences, { events: { 'report.uploaded': 'digest' } });
  await acceptReport(ledger, 'north', { id: 'r-3', account: 's1' });
  await lineOf('r-3', `mail-waiting ${id}`);
  await north.ok('GET', `${base}/mail-suppressions`);
  await north.ok('DELETE', `${base}/mail-suppressions/${id}`);
  await north.ok('GET', `${base}/reports/r-1/mails`);
  const key = { 'idempotency-key': 'sent-once-more' };
  const again = await north.call('POST', `${base}/reports/r-1/mails`, { event: 'uploaded.r-1' }, key);
  expect(again.status).toBe(202);
  const repeated = await north.call('POST', `${base}/reports/r-1/mails`, { event: 'uploaded.r-1' }, key);
  expect(repeated.body).toEqual(again.body);
}

async function postPublic(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${local.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.ok).toBe(true);
}

/** Other software that fails at first, and says that it is gone in the end. */
async function useWebhooks(north: Api): Promise<void> {
  let isGone = false;
  const statusNow = () => (isGone ? 410 : receiver.calls.length > 2 ? 200 : 500);
  const receiver = await startServer(() => ({ status: statusNow(), body: '' }));
  const path = '/v1/districts/north/webhooks';
  const wanted = { url: receiver.origin, events: ['roster.changed', 'report.uploaded'] };
  const key = { 'idempotency-key': 'webhook' };
  const made = await north.call('POST', path, wanted, key);
  expect(made.status).toBe(201);
  expect((await north.call('POST', path, wanted, key)).status).toBe(201);
  const at = `${path}/${(made.body as { id: string }).id}`; // as its schema says
  await north.ok('GET', path);
  await north.ok('PATCH', at, { description: 'of a test' });
  await north.ok('POST', `${at}/secret`, {});
  await acceptReport(ledgerOf(local), 'north', { id: 'r-4', account: 's1' });
  await north.ok('POST', `${at}/test`);
  await until('what happened is called of again', async () => {
    const replay = { after: new Date(Date.now() - 3_600_000).toISOString() };
    return (await north.ok<{ events: number }>('POST', `${at}/replay`, replay)).events > 0;
  });
  await until('a call has failed, and another not', async () => {
    const { items } = await north.ok<{ items: unknown[] }>('GET', `${at}/deliveries?state=delivered`);
    return items.length > 0 && receiver.calls.length > 2;
  });
  isGone = true;
  await acceptReport(ledgerOf(local), 'north', { id: 'r-5', account: 's1' });
  await until('it is disabled', async () => {
    const { disabled } = await north.ok<{ disabled?: object }>('GET', at);
    return disabled !== undefined;
  });
  await north.ok('DELETE', at);
  await receiver.close();
}

/** Somebody who comes by password and by key, fetches what lies there, and whom wrong passwords lock out. */
async function useSftp(north: Api): Promise<void> {
  const at = '/v1/districts/north';
  const names = { username: 'gil', email: 'gil@example.org', approved: true, webId: 'gil' };
  const { id } = await north.ok<{ id: string }>('POST', `${at}/accounts`, names);
  const scope = { type: 'account', ids: ['s1'] };
  await north.ok('POST', `${at}/assignments`, { user: id, system: 'nsc', role: 'ftp', scope });
  const token = await linkOf(local, { district: 'north', account: id });
  const password = 'a kettle that sings in tune';
  await north.call('PUT', `/v1/password-resets/${token}`, { password });
  const login = { port: local.sftp?.port ?? 0, username: 'gil@north' };
  const key = newKeyPair();
  await north.ok('PUT', `${at}/accounts/${id}/ssh-keys`, { keys: [key.public] });
  const reports = await bySsh2({ ...login, privateKey: key.private }, (sftp) => listed(sftp, '/receive'));
  const [roster = ''] = reports.filter((name) => name.startsWith('roster'));
  const content = await bySsh2({ ...login, password }, (sftp) => fetched(sftp, `/receive/${roster}`));
  expect(content.length).toBeGreaterThan(0);
  await until('the download is told of', () =>
    proxy.uses.some(({ by, action }) => by === 'hear-sftp' && action === 'PutItem'),
  );
  await bySsh2({ ...login, password }, (sftp) => written(sftp, '/upload/c.csv', 'x'));
  await until('the upload counts', () =>
    proxy.uses.some(({ by, action }) => by === 'receive-report' && action === 'UpdateItem'),
  );
  for (let i = 0; i < mostFailures; i += 1)
    await expect(bySsh2({ ...login, password: 'wrong' }, (sftp) => listed(sftp, '/'))).rejects.toThrow();
}

/** A provider that comes, changes and goes, and somebody who signs in by it. */
async function useSingleSignOn(north: Api): Promise<void> {
  const callback = `${local.url}/v1/sessions/oidc/idp/callback`;
  const provider = await startOpenidProvider([callback]);
  const at = '/v1/districts/north';
  const settings = { profile: 'oidc', issuer: provider.issuer, ...openidClient };
  const match = { claim: 'employee_id', to: 'sourcedId' };
  await north.ok('PUT', `${at}/identity-providers/idp`, settings);
  await north.ok('PUT', `${at}/identity-providers/idp`, { ...settings, match });
  await north.ok('GET', `${at}/identity-providers/idp`);
  await north.ok('GET', `${at}/identity-providers`);
  const wanted = { username: 'sso', email: 'sso@example.org', user: 'u1', approved: true };
  const { id } = await north.ok<{ id: string }>('POST', `${at}/accounts`, wanted);
  const link = `${at}/accounts/${id}/identities/idp`;
  await north.ok('PUT', link, { subject: 'of before' });
  await north.ok('PUT', link, { subject: 'sso-at-idp' });
  await north.ok('GET', link);
  const signIn = async (sub: string): Promise<Response> => {
    provider.next = { sub, claims: { employee_id: 'u1' } };
    const begun = await fetch(`${local.url}/v1/sessions/oidc/idp?district=north`, { redirect: 'manual' });
    const back = await passThrough(provider, begun.headers.get('location') ?? '');
    const [cookie = ''] = (begun.headers.getSetCookie()[0] ?? '').split(';');
    return fetch(back, { redirect: 'manual', headers: { cookie } });
  };
  const signedIn = await signIn('sso-at-idp');
  expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/']);
  const [cookie = ''] = (signedIn.headers.getSetCookie()[0] ?? '').split(';');
  const session = await fetch(`${local.url}/v1/sessions/current`, { headers: { cookie } });
  expect(await session.json()).toMatchObject({ district: 'north', account: id });
  await north.ok('DELETE', link);
  expect((await signIn('found by the rule')).status).toBe(303);
  await north.ok('DELETE', `${at}/identity-providers/idp`);
  await provider.close();
}

/** An account of the name eve, which signs in by a link, and whom strangers lock out. */
async function useSigningIn(north: Api, path: string): Promise<void> {
  await north.ok('PATCH', path, { approved: true });
  const { id } = await north.ok<{ id: string }>('GET', path);
  const token = await linkOf(local, { district: 'north', account: id });
  const password = 'a lamp that hums at night';
  const link = `/v1/password-resets/${token}`;
  expect((await north.call('PUT', link, { password })).status).toBe(204);
  const asked = await north.call('POST', '/v1/password-resets', { usernameOrEmail: 'eve' });
  expect(asked.status).toBe(202);
  const signIn = (given: string) => north.call('POST', '/v1/sessions', { username: 'eve', password: given });
  const { status, headers } = await signIn(password);
  expect(status).toBe(201);
  const cookie = headers
    .getSetCookie()
    .map((one) => one.slice(0, one.indexOf(';')))
    .join('; ');
  const asEve = (method: string, at: string) => fetch(`${local.url}${at}`, { method, headers: { cookie } });
  expect((await asEve('GET', '/v1/sessions/current')).status).toBe(200);
  expect((await asEve('DELETE', '/v1/sessions/current')).status).toBe(204);
  const wrong = Array.from({ length: 8 }, () => signIn('wrong'));
  expect(new Set((await Promise.all(wrong)).map((answer) => answer.status))).toEqual(new Set([401]));
  expect((await signIn(password)).status).toBe(401);
  expect(await north.ok('GET', path)).toMatchObject({ locked: true, lockedBy: 'strangers' });
  await north.ok('PATCH', path, { locked: false });
  expect((await signIn(password)).status).toBe(201);
  await north.ok('DELETE', `${path}/sessions`);
}

async function useSecondFactors(north: Api): Promise<void> {
  const [settings, wanted] = ['/v1/districts/north/sign-in-settings', { secondFactor: 'administrators' }];
  await north.ok('PUT', settings, wanted);
  expect(await north.ok('GET', settings)).toEqual(wanted);
  const path = '/v1/districts/north/accounts';
  const { id } = await north.ok<{ id: string }>('POST', path, { username: 'joe', email: 'joe@example.org' });
  await north.ok('DELETE', `${path}/${id}/second-factors`);
  const { challenge } = await north.ok<{ challenge: string }>('POST', '/v1/sessions/passkey/options');
  const text = JSON.stringify({ type: 'webauthn.get', challenge, origin: local.url });
  const response = { authenticatorData: 'A', signature: 'A', userHandle: 'A' };
  const clientDataJSON = Buffer.from(text).toString('base64url');
  const credential = { id: 'A', rawId: 'A', type: 'public-key', response: { ...response, clientDataJSON } };
  expect((await north.call('POST', '/v1/sessions/passkey', { credential })).status).toBe(401);
}

async function useReads(north: Api): Promise<void> {
  const ids = {
    orgs: 's1',
    academicSessions: 't1',
    courses: 'co1',
    classes: 'c1',
    users: 'u1',
    enrollments: 'e1',
  };
  for (const [entity, id] of Object.entries(ids)) {
    await north.ok('GET', `/v1/districts/north/${entity}`);
    await north.ok('GET', `/v1/districts/north/${entity}/${id}`);
  }
  await north.ok('GET', '/v1/districts/north/users/u1/access');
  const wanted = {
    name: 'a reader of rosters',
    scopes: ['https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly'],
  };
  const made = await operator.ok<{ clientId: string; clientSecret: string }>(
    'POST',
    '/v1/districts/north/clients',
    wanted,
  );
  const reader = await Api.signIn(local.url, made);
  await reader.ok('GET', '/ims/oneroster/rostering/v1p2/classes/c1/students');
  await dateCommits(local, 'north', ['2025-09-01T12:00:00.000Z']);
  await north.ok('GET', '/v1/districts/north/users/u1/access?at=2025-10-01');
  const question = { action: { name: 'hmh:report.assessment' }, context: { district: 'north' } };
  const subject = { type: 'user', id: 'u1' };
  const resource = { type: 'class', id: 'c1' };
  await north.ok('POST', '/access/v1/search/subject', { ...question, subject: { type: 'user' }, resource });
  await north.ok('POST', '/access/v1/search/resource', {
    ...question,
    subject,
    resource: { type: 'student' },
  });
  await north.ok('POST', '/access/v1/search/action', { context: question.context, subject, resource });
  await north.ok('GET', '/v1/catalogues');
  await north.ok('GET', '/v1/catalogues/hmh');
  await useOwnCatalogues(north);
  expect((await north.check('north', ['u1', 'hmh:report.assessment', 'class:c1'])).decision).toBe(true);
  expect((await fetch(`${local.url}/openapi.json`)).status).toBe(200);
}

/** Somebody who may brings a small and a large file and gives a link; the district asks for a report. */
async function useReports(north: Api): Promise<void> {
  const at = '/v1/districts/north';
  const names = { username: 'frida', email: 'frida@example.org', approved: true, webId: 'frida' };
  const { id: account } = await north.ok<{ id: string }>('POST', `${at}/accounts`, names);
  const scope = { type: 'account', ids: ['s1'] };
  await north.ok('POST', `${at}/assignments`, { user: account, system: 'nsc', role: 'ftp', scope });
  const made = await north.ok<{ clientId: string; clientSecret: string }>('POST', `${at}/clients`, {
    ...{ name: 'frida', scopes: ['rolebook.district:north'], user: account },
  });
  const frida = await Api.signIn(local.url, made);
  const file = { account: 's1', folder: 'upload', fileName: 'a.csv' };
  const headers = { 'idempotency-key': 'one-report-only' };
  const small = await frida.call('POST', `${at}/reports`, { ...file, size: 1 }, headers);
  expect((await frida.call('POST', `${at}/reports`, { ...file, size: 1 }, headers)).body).toEqual(small.body);
  const { id, upload } = small.body as {
    id: string;
    upload: { url: string; headers: Record<string, string> };
  };
  await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: 'x' });
  const path = `${at}/reports/${id}`;
  await until('the file has become a report', async () => {
    const { state } = await frida.ok<{ state: string }>('GET', path);
    return state !== 'awaited';
  });
  const large = { ...file, fileName: 'b.csv', size: singlePutBytes + 1 };
  const parts = await frida.ok<{ id: string }>('POST', `${at}/reports`, large);
  expect((await frida.call('POST', `${at}/reports/${parts.id}/completion`)).status).toBe(409);
  await frida.ok('GET', `${at}/reports`);
  await frida.ok('GET', `${at}/report-accounts`);
  await north.ok('GET', `${at}/report-quotas`);
  await north.ok('PUT', `${at}/report-quotas`, { each: { bytes: 1e9, files: 1000 } });
  const link = await frida.ok<{ id: string }>('POST', `${path}/links`, { account });
  await frida.ok('DELETE', `${path}/links/${link.id}`);
  const whole = { scope: { type: 'district', ids: ['north'] } };
  for (const asked of [
    { kind: 'roster', account: 's1' },
    { kind: 'access-review', account: 'd1', ...whole },
    { kind: 'sync-history', account: 'd1', ...whole },
  ]) {
    const { id: made } = await north.ok<{ id: string }>('POST', `${at}/reports`, asked);
    await until(`the ${asked.kind} is ready`, async () => {
      const { state } = await north.ok<{ state: string }>('GET', `${at}/reports/${made}`);
      return state === 'ready';
    });
  }
}

async function useAudit(north: Api): Promise<void> {
  const at = '/v1/districts/north/audit';
  await north.ok('POST', `${at}/seals`);
  await north.ok('GET', `${at}/seals`);
  const { items } = await north.ok<{ items: unknown[] }>('GET', `${at}?action=settings-changed`);
  expect(items).toHaveLength(1);
}

/** A role system of the district's own and facts for it; the next sync derives by it. */
async function useOwnCatalogues(north: Api): Promise<void> {
  const { catalogue } = certification;
  const at = '/v1/districts/north';
  await north.ok('PUT', `${at}/catalogues/cert`, catalogue);
  await north.ok('PUT', `${at}/overlays/hmh-school-rostering`, { active: true });
  await north.ok('PUT', `${at}/resources/record/r-1`, { properties: { status: 'active' }, class: 'c1' });
  await north.ok('PUT', `${at}/resources/user/u1`, { properties: { role: 'admin' } });
  await north.ok('GET', `${at}/resources/record/r-1`);
  const scope = { type: 'district', ids: ['north'] };
  await north.ok('POST', `${at}/assignments`, { user: 'u1', system: 'cert', role: 'editor', scope });
  expect((await north.check('north', ['u1', 'cert:write', 'record:r-1'])).decision).toBe(true);
  const wanted = { subject: { type: 'user', id: 'u1' }, action: { name: 'cert:read' } };
  const found = await north.ok<{ results: unknown[] }>('POST', '/access/v1/search/resource', {
    ...wanted,
    resource: { type: 'record' },
  });
  expect(found.results).toEqual([{ type: 'record', id: 'r-1' }]);
  for (const path of ['catalogues', 'catalogues/cert', 'catalogues/cert/versions', 'overlays']) {
    await north.ok('GET', `${at}/${path}`);
  }
  const { cursor } = await north.ok<{ cursor: string }>('GET', `${at}/changes`);
  expect((await operator.sync('north', await feedZip(feed11()))).state).toMatch(/applied|held/);
  await north.ok('DELETE', `${at}/resources/record/r-1`);
  const { items } = await north.ok<{ items: { type: string; id: string }[] }>(
    'GET',
    `${at}/changes?after=${cursor}`,
  );
  expect(items.map(({ type, id }) => `${type} ${id}`)).toEqual(
    expect.arrayContaining(['roster u7', 'access u7', 'resource r-1']),
  );
  await north.ok('DELETE', `${at}/catalogues/cert`);
}

/** `plan-sync: GetItem on syncs`, sorted. */
function declared(): string[] {
  return functionNames
    .flatMap((name: FunctionName) => {
      const { tables = {}, buckets = {}, secrets = {}, mail = [], sendsTo = [] } = permissions[name];
      const { deadLetters = [] } = permissions[name];
      return [
        ...[...Object.entries(tables), ...Object.entries(buckets)].flatMap(([on, actions]) =>
          actions.map((action) => `${name}: ${action} on ${on}`),
        ),
        ...Object.entries(secrets).flatMap(([kind, actions]) =>
          actions.map((action) => `${name}: ${action} on secrets of ${kind}`),
        ),
        ...mail.map((action) => `${name}: ${action} on mail`),
        ...sendsTo.map((queue) => `${name}: SendMessage on ${queue}`),
        ...deadLetters.flatMap((action) =>
          deadLetterNames.map((of) => `${name}: ${action} on ${of}-dead-letters`),
        ),
      ];
    })
    .sort();
}

function used(): Set<string> {
  // What seeds, and the SFTP server, which on AWS is no function of ours.
  const ofFunctions = proxy.uses.filter(({ by }) => by !== 'local' && by !== 'sftp');
  return new Set(ofFunctions.map(({ by, action, on }) => `${by}: ${action} on ${on}`));
}

test('every function does only what its role allows', () => {
  const may = new Set(declared());
  expect([...used()].filter((use) => !may.has(use)).sort()).toEqual([]);
});

test('every permission is used, or kept for something rare that is named', () => {
  const seen = used();
  // What is rare may happen here all the same, as when a slow machine lets the reconciler's minute come.
  const unused = declared().filter((permission) => !seen.has(permission));
  expect(unused.filter((permission) => !Object.hasOwn(kept, permission))).toEqual([]);
  expect(Object.keys(kept).filter((permission) => !declared().includes(permission))).toEqual([]);
});

test('every call reaches keys of the district that it is signed for, and no others, by the policies as synthesized', () => {
  const grants = grantsIn(local.declaration).filter(({ action }) => action.startsWith('dynamodb:'));
  const calls = proxy.uses.filter(({ by, on }) => by !== 'local' && isTable(on));
  const refused = calls.filter(
    ({ by, district, action, on, keys = [] }) =>
      !grants.some(
        (grant) =>
          grant.holder === by &&
          (grant.forDistrict === true) === (district !== undefined) &&
          grant.action === `dynamodb:${action}` &&
          grant.resource.endsWith(`/rolebook-${on}`) &&
          opens(grant, keys, district),
      ),
  );
  const told = refused.map(({ by, district, action, on, keys }) =>
    [by, district ?? 'its own', action, on, ...(keys ?? [])].join(' '),
  );
  expect([...new Set(told)]).toEqual([]);
  // Else nothing would have been taken for a district, and the above would show little.
  expect(calls.filter(({ district }) => district !== undefined).length).toBeGreaterThan(calls.length / 2);
});

function isTable(name: string): boolean {
  return tableNames.some((table) => table === name);
}
