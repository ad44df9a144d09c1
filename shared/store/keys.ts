import { createHash } from 'node:crypto';
import type { FactKey } from '../access/named-keys.ts';
import { districtOfClient } from '../messages/caller.ts';
import type { Entity } from '../roster/records.ts';

/**
 * The one codec of table keys. Parts are joined by `#`; a part's own `#` and `%` are escaped, so that any id of any feed
 * stands in exactly one key and comes back from it. Source of the shapes: docs/access-patterns.md.
 */
export function joinKey(...parts: readonly (string | number)[]): string {
  return parts.map((part) => String(part).replace(/[%#]/g, (c) => (c === '#' ? '%23' : '%25'))).join('#');
}

export function splitKey(key: string): string[] {
  return key.split('#').map((part) => part.replace(/%23|%25/g, (c) => (c === '%23' ? '#' : '%')));
}

/** Bytes that the parts of a holder's sort key may take, so that it stays within DynamoDB's 1,024. */
const longest = { scope: 300, user: 650 };

/** An id as it stands in a holder's key: a longer one keeps its beginning and is told apart by its hash. */
export function boundedPart(kind: keyof typeof longest, part: string): string {
  if (Buffer.byteLength(joinKey(part)) <= longest[kind]) return part;
  return `${part.slice(0, 40)}~${createHash('sha256').update(part).digest('hex')}`;
}

/** Spreads ids evenly and stably over `count` places; `count` is a power of two and never changes for stored keys. */
export function shardOf(id: string, count: number): number {
  return createHash('md5').update(id).digest().readUInt32BE(0) % count;
}

export const rosterShards = 16;
export const headCopies = 8;
export const holderShards = 4;

export type RosterKey = { pk: string; sk: string };

/** `roster`: one record. */
export function rosterKey(district: string, entity: Entity, sourcedId: string): RosterKey {
  return { pk: rosterPartition(district, entity, shardOf(sourcedId, rosterShards)), sk: sourcedId };
}

export function rosterPartition(district: string, entity: Entity, shard: number): string {
  return joinKey(district, entity, shard);
}

/** `access`: what a check reads. */
export function accessKey(district: string, kind: FactKey['kind'], id: string): { pk: string } {
  return { pk: joinKey(district, kind, id) };
}

/** `access`: a catalogue or overlay of a district's own, by its version. */
export function documentKey(district: string, version: string): { pk: string } {
  return { pk: joinKey(district, 'document', version) };
}

/** `access`: one of the equal copies of a district's head. */
export function headKey(district: string, copy: number): { pk: string } {
  return { pk: joinKey(district, 'head', copy) };
}

/** `assignments`: holders of one role, by scope. `scopeId` is one id of the assignment's scope. */
export function holderKey(at: {
  district: string;
  system: string;
  role: string;
  scopeId: string;
  userId: string;
  assignmentId: string;
}): RosterKey {
  return {
    pk: holderPartition(at.district, at.system, at.role, shardOf(at.userId, holderShards)),
    sk: joinKey(boundedPart('scope', at.scopeId), boundedPart('user', at.userId), at.assignmentId),
  };
}

export function holderPartition(district: string, system: string, role: string, shard: number): string {
  return joinKey(district, 'holders', system, role, shard);
}

/** `assignments`: what was put of a district's own catalogues or overlays, by name and the head's revision that had it first. */
export function versionRowKey(at: {
  district: string;
  kind: 'catalogue' | 'overlay';
  name: string;
  revision: number;
}): RosterKey {
  return {
    pk: versionsPartition(at.district, at.kind),
    sk: `${versionsPrefix(at.name)}${String(at.revision).padStart(15, '0')}`,
  };
}

export function versionsPartition(district: string, kind: 'catalogue' | 'overlay'): string {
  return joinKey(district, 'versions', kind);
}

export function versionsPrefix(name: string): string {
  return `${joinKey(name)}#`;
}

export const resourceShards = 4;

/** `assignments`: that something is kept of a resource of a catalogue's own type. */
export function ownResourceKey(district: string, { type, id }: { type: string; id: string }): RosterKey {
  return { pk: ownResourcePartition(district, type, shardOf(id, resourceShards)), sk: id };
}

export function ownResourcePartition(district: string, type: string, shard: number): string {
  return joinKey(district, 'resources', type, shard);
}

/** `syncs`: a district's lane. */
export function laneKey(district: string): RosterKey {
  return { pk: joinKey('lane', district), sk: 'lane' };
}

/** `syncs`: all syncs of a district, in the order of their ids, which is that of time. */
export function syncsPartition(district: string): string {
  return joinKey('syncs', district);
}

/** `syncs`: signs of life of one sync. */
export function progressPartition(district: string, syncId: string): string {
  return joinKey('progress', district, syncId);
}

/** `syncs`: the commits of a district, in the order of time. */
export function commitKey(district: string, at: string, generation: number): RosterKey {
  return { pk: commitsPartition(district), sk: joinKey(at, String(generation).padStart(12, '0')) };
}

export function commitsPartition(district: string): string {
  return joinKey('commits', district);
}

/** `syncs`: the last number that the log of a district's changes gave out. */
export function changeHeadKey(district: string): RosterKey {
  return { pk: joinKey('change-head', district), sk: 'head' };
}

/** `syncs`: one entry of that log, by its number. */
export function changeKey(district: string, sequence: number): RosterKey {
  return { pk: changesPartition(district), sk: String(sequence).padStart(15, '0') };
}

export function changesPartition(district: string): string {
  return joinKey('changes', district);
}

/** Of which district an entry of a log of changes is; `undefined` where the key is another's. */
export function districtOfChanges(pk: string): string | undefined {
  const [word, district] = splitKey(pk);
  return word === 'changes' ? district : undefined;
}

export const busyShards = 16;

/** `syncs`: lanes with something to do, so that the reconciler need not look at every district. */
export function busyKey(district: string): RosterKey {
  return { pk: busyPartition(shardOf(district, busyShards)), sk: district };
}

export function busyPartition(shard: number): string {
  return joinKey('busy', shard);
}

/** `tenants`: a district. All in one partition: they are few, small and rarely read. */
export function districtKey(district: string): RosterKey {
  return { pk: districtsPartition, sk: district };
}

export const districtsPartition = 'districts';

/** `tenants`: the districts of a customer. */
export function customerKey(customer: string): RosterKey {
  return { pk: 'customers', sk: customer };
}

/** `tenants`: a client. Its id says whose it is, so that a token's client is one read away. */
export function clientKey(clientId: string): RosterKey {
  return { pk: clientsPartition(districtOfClient(clientId)), sk: clientId };
}

/** Of one district, or of the operator. */
export function clientsPartition(district: string | undefined): string {
  return district === undefined ? 'operator-clients' : joinKey('clients', district);
}

/** `tenants`: in which districts somebody goes by this username or e-mail; `lookup` as in `lookupId`. */
export function loginNameKey(lookup: string, district: string): RosterKey {
  return { pk: loginNamePartition(lookup), sk: district };
}

export function loginNamePartition(lookup: string): string {
  return joinKey('login-name', lookup);
}

/** `tenants`: the public halves of the keys that sign tokens; all the authorizer ever reads of them. */
export const verifyingKeysKey: RosterKey = { pk: 'verifying-keys', sk: 'all' };

/** `tenants`: the private half of the key in use. */
export const signingKeyKey: RosterKey = { pk: 'signing-key', sk: 'current' };

/** `tenants`: an idempotency key, by its hash. */
export function idempotencyKey(id: string): RosterKey {
  return { pk: joinKey('idempotency', id), sk: 'key' };
}

/** `tenants`: how often somebody has called in a minute, by the digest of both. */
export function rateKey(digest: string): RosterKey {
  return { pk: joinKey('rate', digest), sk: 'calls' };
}

/** `syncs`: a feed's settings. */
export function feedKey(district: string, feed: string): RosterKey {
  return { pk: feedsPartition(district), sk: feed };
}

export function feedsPartition(district: string): string {
  return joinKey('feeds', district);
}

/** Secrets Manager: what we sign in with for a feed or at an identity provider. Their ids hold nothing that a name may not. */
export function vendorSecretName(prefix: string, district: string, id: string): string {
  return `${prefix}${district}/${id}`;
}

/** `syncs`: an upload and the files it waits for. */
export function uploadKey(district: string, uploadId: string): RosterKey {
  return { pk: joinKey('uploads', district), sk: uploadId };
}

/** `syncs`: that an upload is of a feed; those of one feed in the order of their ids, which is that of time. */
export function feedUploadKey(district: string, feed: string, uploadId: string): RosterKey {
  return { pk: feedUploadsPartition(district, feed), sk: uploadId };
}

export function feedUploadsPartition(district: string, feed: string): string {
  return joinKey('feed-uploads', district, feed);
}

export const dueShards = 16;

/** `syncs`: what comes due, in the order of time, so that a tick reads no more than that. */
export function dueKey(at: number, slot: DueSlot): RosterKey {
  return {
    pk: duePartition(shardOf(slot.district, dueShards)),
    sk: joinKey(dueBefore(at), slot.district, ...slotParts(slot)),
  };
}

export function duePartition(shard: number): string {
  return joinKey('due', shard);
}

/** Sorts after all that is due before an instant, and before the rest; milliseconds since the epoch. */
export function dueBefore(at: number): string {
  return String(at).padStart(15, '0');
}

/** `syncs`: which time a slot has now. */
export function armedKey(slot: DueSlot): RosterKey {
  return { pk: joinKey('armed', slot.district), sk: joinKey(...slotParts(slot)) };
}

type DueSlot = {
  district: string;
  kind: string;
  feed?: string | undefined;
  upload?: string | undefined;
  account?: string | undefined;
};

/** No slot is of a feed and of an account. */
function slotParts({ kind, account = '', feed = account, upload = '' }: DueSlot): string[] {
  return [kind, feed, upload];
}

/** `assignments`: whose an assignment or request of a given id is, where people made it. */
export function assignmentKey(district: string, assignmentId: string): RosterKey {
  return { pk: joinKey(district, 'assignment', assignmentId), sk: 'owner' };
}

/** `assignments`: what people gave somebody and somebody took away again, in the order in which it ended. */
export function pastKey(at: {
  district: string;
  userId: string;
  endedAt: string;
  assignmentId: string;
}): RosterKey {
  return { pk: pastPartition(at.district, at.userId), sk: joinKey(at.endedAt, at.assignmentId) };
}

export function pastPartition(district: string, userId: string): string {
  return joinKey(district, 'past', userId);
}

export const accountShards = 16;

/** `accounts`: one user account, by its id. */
export function accountKey(district: string, account: string): RosterKey {
  return { pk: accountsPartition(district, shardOf(account, accountShards)), sk: account };
}

export function accountsPartition(district: string, shard: number): string {
  return joinKey(district, 'accounts', shard);
}

export const factShards = 4;

/** `accounts`: what people say of a record or resource. `kind`: `record:student`, `resource:page`. */
export function factRowKey(district: string, kind: string, id: string): RosterKey {
  return { pk: factRowsPartition(district, kind, shardOf(id, factShards)), sk: id };
}

export function factRowsPartition(district: string, kind: string, shard: number): string {
  return joinKey(district, 'facts', kind, shard);
}

/** `accounts`: the queries and filters of one account, each by its type and id. */
export function ownedKey(district: string, owner: string, dat: { type: string; id: string }): RosterKey {
  return { pk: ownedPartition(district, owner), sk: joinKey(dat.type, dat.id) };
}

export function ownedPartition(district: string, owner: string): string {
  return joinKey(district, 'owned', owner);
}

/** `logins`: how an account signs in. */
export function loginKey(district: string, account: string): RosterKey {
  return { pk: loginPartition(district, account), sk: 'login' };
}

/** `logins`: one session of an account, by the digest of its secret. */
export function sessionKey(district: string, account: string, session: string): RosterKey {
  return { pk: loginPartition(district, account), sk: joinKey(sessionPrefix, session) };
}

export const sessionPrefix = 'session';

export function loginPartition(district: string, account: string): string {
  return joinKey(district, 'login', account);
}

/** `logins`: what a one-time link stands for. */
export function ticketKey(district: string, ticket: string): RosterKey {
  return { pk: joinKey(district, 'ticket', ticket), sk: 'ticket' };
}

/** `accounts`: by which rules a district's accounts are made. */
export function accountRulesKey(district: string): RosterKey {
  return { pk: joinKey(district, 'account-rules'), sk: 'rules' };
}

/** `accounts`: how far they are. */
export function accountProgressKey(district: string): RosterKey {
  return { pk: joinKey(district, 'account-rules'), sk: 'progress' };
}

/** `accounts`: an account that a rule made, whose person was purged. */
export function releasedKey(district: string, account: string): RosterKey {
  return { pk: releasedPartition(district), sk: account };
}

export function releasedPartition(district: string): string {
  return joinKey(district, 'released');
}

/** `logins`: that a mail has gone out, by the digest of what asked for it. */
export function sentMailKey(district: string, mail: string): RosterKey {
  return { pk: joinKey(district, 'sent-mail', mail), sk: 'mail' };
}

/** `logins`: an identity provider of a district; few, all in one partition. */
export function identityProviderKey(district: string, provider: string): RosterKey {
  return { pk: identityProvidersPartition(district), sk: provider };
}

export function identityProvidersPartition(district: string): string {
  return joinKey(district, 'identity-providers');
}

/** `logins`: whose a subject of an issuer is, by the digest of both. */
export function subjectKey(district: string, digest: string): RosterKey {
  return { pk: joinKey(district, 'subject', digest), sk: 'subject' };
}

/** `logins`: who an account is at one provider. */
export function identityLinkKey(district: string, account: string, provider: string): RosterKey {
  return { pk: loginPartition(district, account), sk: joinKey(identityPrefix, provider) };
}

export const identityPrefix = 'identity';

/** `logins`: a browser that was led to a provider, by the digest of its state. */
export function oidcStateKey(district: string, state: string): RosterKey {
  return { pk: joinKey(district, 'oidc-state', state), sk: 'state' };
}

/** `logins`: a second factor of an account, and what belongs to it: `totp`, `recovery`, `challenge`, `passkey` and a digest of its id. */
export function factorKey(district: string, account: string, ...which: readonly string[]): RosterKey {
  return { pk: loginPartition(district, account), sk: joinKey(factorPrefix, ...which) };
}

export const factorPrefix = 'factor';

/** `logins`: the public keys that an account comes by over SFTP. */
export function sshKeysKey(district: string, account: string): RosterKey {
  return { pk: loginPartition(district, account), sk: 'ssh-keys' };
}

/** `logins`: what somebody is to sign by a passkey before anybody knows who they are; no district has an empty name. */
export function challengeKey(digest: string): RosterKey {
  return { pk: joinKey('', 'challenge', digest), sk: 'challenge' };
}

/** `logins`: what a district asks of who signs in. */
export function signInSettingsKey(district: string): RosterKey {
  return { pk: joinKey(district, 'sign-in'), sk: 'settings' };
}
/** `syncs`: an erasure, and what it has come to. */
export function erasureKey(district: string, erasure: string): RosterKey {
  return { pk: erasuresPartition(district), sk: erasure };
}

export function erasuresPartition(district: string): string {
  return joinKey('erasures', district);
}

/** `syncs`: how long a district keeps what. */
export function retentionKey(district: string): RosterKey {
  return { pk: joinKey('retention', district), sk: 'retention' };
}

/** `tenants`: what signs certificates, and what they are checked by. */
export const certificateKeyKey: RosterKey = { pk: 'certificate-key', sk: 'current' };
export const certificateKeysKey: RosterKey = { pk: 'certificate-keys', sk: 'all' };

/** `syncs`: up to which lines of each chain details were kept long enough. */
export function expiredDetailsKey(district: string): RosterKey {
  return { pk: joinKey('retention', district), sk: 'audit-details' };
}

/** `audit`: one line of a chain; `district` as in its lines. */
export function auditLineKey(district: string, chain: number, sequence: number): RosterKey {
  return { pk: auditPartition(district, chain), sk: String(sequence).padStart(15, '0') };
}

/** `audit`: where a chain ends; sorts after all its lines. */
export function auditHeadKey(district: string, chain: number): RosterKey {
  return { pk: auditPartition(district, chain), sk: auditHead };
}

export const auditHead = 'head';

export function auditPartition(district: string, chain: number): string {
  return joinKey(district, 'audit', chain);
}

/** `audit`: values that stand beside a line; all of one person in one place, to be erased. */
export function auditDetailKey(district: string, about: string, id: string): RosterKey {
  return { pk: auditDetailsPartition(district, about), sk: id };
}

export function auditDetailsPartition(district: string, about: string): string {
  return joinKey(district, 'audit-details', about);
}

/** `tenants`: the key that seals the audit, both halves; no token is made with it. */
export const sealKeyKey: RosterKey = { pk: 'seal-key', sk: 'current' };

/** `reports`: a report; all of a district in one partition, by time, as ids are. */
export function reportKey(district: string, report: string): RosterKey {
  return { pk: reportsPartition(district), sk: report };
}

export function reportsPartition(district: string): string {
  return joinKey(district, 'reports');
}

export const unfinishedShards = 16;

/** `reports`: when a report is looked at that is not finished, in the order of time, so that a tick reads no more than what is due. */
export function unfinishedKey({ at, district, report }: UnfinishedAt): RosterKey {
  return {
    pk: unfinishedPartition(shardOf(report, unfinishedShards)),
    sk: joinKey(dueBefore(at), district, report),
  };
}
type UnfinishedAt = { /** Milliseconds since the epoch. */ at: number; district: string; report: string };

/** Of no district: what begins so is none's id. */
export function unfinishedPartition(shard: number): string {
  return joinKey('', 'unfinished', shard);
}

/** `reports`: that an account has a report. */
export function accountReportKey(district: string, account: string, report: string): RosterKey {
  return { pk: accountReportsPartition(district, account), sk: report };
}

export function accountReportsPartition(district: string, account: string): string {
  return joinKey(district, 'account-reports', account);
}

/** `reports`: that somebody asked for a report to be made. */
export function askedReportKey(district: string, by: string, report: string): RosterKey {
  return { pk: askedReportsPartition(district, by), sk: report };
}

export function askedReportsPartition(district: string, by: string): string {
  return joinKey(district, 'asked-reports', by);
}

/** `reports`: how much of what an account brought lies there. */
export function reportUsageKey(district: string, account: string): RosterKey {
  return { pk: reportUsagePartition(district), sk: account };
}

export function reportUsagePartition(district: string): string {
  return joinKey(district, 'report-usage');
}

/** `reports`: how much each account of a district may have lying there. */
export function reportQuotasKey(district: string): RosterKey {
  return { pk: joinKey(district, 'report-quotas'), sk: 'quotas' };
}

/** `reports`: a link to a report for one person. */
export function reportLinkKey(district: string, report: string, link: string): RosterKey {
  return { pk: reportLinksPartition(district, report), sk: link };
}

export function reportLinksPartition(district: string, report: string): string {
  return joinKey(district, 'report-links', report);
}

/** `reports`: a line of a report's ledger, in the order in which lines came. */
export function reportLineKey(district: string, report: string, line: string): RosterKey {
  return { pk: reportLinesPartition(district, report), sk: line };
}

export function reportLinesPartition(district: string, report: string): string {
  return joinKey(district, 'report-lines', report);
}

/** `reports`: what people and other software hear of, by the day, `YYYY-MM-DD`. */
export function eventKey(district: string, day: string, event: string): RosterKey {
  return { pk: eventsPartition(district, day), sk: event };
}

export function eventsPartition(district: string, day: string): string {
  return joinKey(district, 'events', day);
}

/** `reports`: where other software of a district wants to be called. */
export function webhookKey(district: string, webhook: string): RosterKey {
  return { pk: webhooksPartition(district), sk: webhook };
}

export function webhooksPartition(district: string): string {
  return joinKey(district, 'webhooks');
}

/** `reports`: how the calls of a webhook about an event go; by the time of the event, ISO 8601. */
export function deliveryKey(district: string, webhook: string, of: { at: string; id: string }): RosterKey {
  return { pk: deliveriesPartition(district, webhook), sk: joinKey(of.at, of.id) };
}

export function deliveriesPartition(district: string, webhook: string): string {
  return joinKey(district, 'deliveries', webhook);
}

/** `reports`: what an account is to hear of later, by when, milliseconds since the epoch. */
export function waitingNoticeKey(district: string, account: string, due: number, event: string): RosterKey {
  return { pk: waitingNoticesPartition(district, account), sk: joinKey(waitingBefore(due), event) };
}

export function waitingNoticesPartition(district: string, account: string): string {
  return joinKey(district, 'waiting-notices', account);
}

/** Sorts before what waits for that instant, and after what waits for an earlier one. */
export function waitingBefore(due: number): string {
  return String(due).padStart(15, '0');
}

/** `reports`: what a digest told of, by the digest's mail. */
export function digestKey(district: string, mail: string): RosterKey {
  return { pk: joinKey(district, 'digest', mail), sk: 'notices' };
}

/** `logins`: what an account wants to hear of, and how; it goes with the account. */
export function notificationsKey(district: string, account: string): RosterKey {
  return { pk: loginPartition(district, account), sk: 'notifications' };
}

/** `logins`: that an account's address takes no mail. */
export function suppressionKey(district: string, account: string): RosterKey {
  return { pk: suppressionsPartition(district), sk: account };
}

export function suppressionsPartition(district: string): string {
  return joinKey(district, 'suppressed');
}

/** `logins`: what the link of a mail turns off; it goes with the account. */
export function unsubscribeKey(district: string, account: string, mail: string): RosterKey {
  return { pk: loginPartition(district, account), sk: joinKey('unsubscribe', mail) };
}
