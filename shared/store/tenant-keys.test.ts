import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as keys from './keys.ts';
import { ownerOf, ownerOfObject, patternsOf } from './tenant-keys.ts';

const district = fc.oneof(
  fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/),
  // As the words that keys begin with.
  fc.constantFrom(
    'lane',
    'syncs',
    'due',
    'busy',
    'clients',
    'districts',
    'idempotency',
    'accounts',
    'person',
  ),
);
const part = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('#', '%', 'a#b', '%23', 'lane#d'));
const at = fc.record({ district, other: district, a: part, b: part, n: fc.nat(15) });
type At = { district: string; other: string; a: string; b: string; n: number };

/** A key of each kind, by table, as `keys.ts` makes it. */
const ofDistricts: [string, (at: At) => string][] = [
  ['roster', ({ district, a }) => keys.rosterKey(district, 'users', a).pk],
  ['roster', ({ district, n }) => keys.rosterPartition(district, 'orgs', n)],
  ['access', ({ district, a }) => keys.accessKey(district, 'person', a).pk],
  ['access', ({ district, a }) => keys.documentKey(district, a).pk],
  ['access', ({ district, n }) => keys.headKey(district, n).pk],
  ['assignments', ({ district, a, b, n }) => keys.holderPartition(district, a, b, n)],
  ['assignments', ({ district }) => keys.versionsPartition(district, 'overlay')],
  ['assignments', ({ district, a, b }) => keys.ownResourceKey(district, { type: a, id: b }).pk],
  ['assignments', ({ district, a }) => keys.assignmentKey(district, a).pk],
  ['assignments', ({ district, a }) => keys.pastPartition(district, a)],
  ['accounts', ({ district, a }) => keys.accountKey(district, a).pk],
  ['accounts', ({ district, a, b }) => keys.factRowKey(district, a, b).pk],
  ['accounts', ({ district, a }) => keys.ownedPartition(district, a)],
  ['logins', ({ district, a }) => keys.loginPartition(district, a)],
  ['logins', ({ district, a }) => keys.ticketKey(district, a).pk],
  ['accounts', ({ district }) => keys.accountRulesKey(district).pk],
  ['accounts', ({ district }) => keys.accountProgressKey(district).pk],
  ['accounts', ({ district, a }) => keys.releasedKey(district, a).pk],
  ['logins', ({ district, a }) => keys.sentMailKey(district, a).pk],
  ['logins', ({ district, a }) => keys.identityProviderKey(district, a).pk],
  ['logins', ({ district, a }) => keys.subjectKey(district, a).pk],
  ['logins', ({ district, a, b }) => keys.identityLinkKey(district, a, b).pk],
  ['logins', ({ district, a }) => keys.oidcStateKey(district, a).pk],
  ['logins', ({ district, a, b }) => keys.factorKey(district, a, b).pk],
  ['logins', ({ district }) => keys.signInSettingsKey(district).pk],
  ['audit', ({ district, n }) => keys.auditLineKey(district, n, 1).pk],
  ['audit', ({ district, n }) => keys.auditHeadKey(district, n).pk],
  ['audit', ({ district, a, b }) => keys.auditDetailKey(district, a, b).pk],
  ['reports', ({ district, a }) => keys.reportKey(district, a).pk],
  ['reports', ({ district, a, b }) => keys.accountReportKey(district, a, b).pk],
  ['reports', ({ district, a, b }) => keys.askedReportKey(district, a, b).pk],
  ['reports', ({ district, a }) => keys.reportUsageKey(district, a).pk],
  ['reports', ({ district }) => keys.reportQuotasKey(district).pk],
  ['reports', ({ district, a, b }) => keys.reportLinkKey(district, a, b).pk],
  ['reports', ({ district, a, b }) => keys.reportLineKey(district, a, b).pk],
  ['reports', ({ district, a, b }) => keys.eventKey(district, a, b).pk],
  ['reports', ({ district, a }) => keys.webhookKey(district, a).pk],
  ['reports', ({ district, a, b }) => keys.deliveryKey(district, a, { at: b, id: b }).pk],
  ['reports', ({ district, a, b, n }) => keys.waitingNoticeKey(district, a, n, b).pk],
  ['reports', ({ district, a }) => keys.digestKey(district, a).pk],
  ['logins', ({ district, a }) => keys.notificationsKey(district, a).pk],
  ['logins', ({ district, a }) => keys.suppressionKey(district, a).pk],
  ['logins', ({ district, a }) => keys.sshKeysKey(district, a).pk],
  ['logins', ({ district, a, b }) => keys.unsubscribeKey(district, a, b).pk],
  ['syncs', ({ district, a }) => keys.erasureKey(district, a).pk],
  ['syncs', ({ district }) => keys.retentionKey(district).pk],
  ['syncs', ({ district }) => keys.expiredDetailsKey(district).pk],
  ['syncs', ({ district }) => keys.laneKey(district).pk],
  ['syncs', ({ district }) => keys.syncsPartition(district)],
  ['syncs', ({ district, a }) => keys.progressPartition(district, a)],
  ['syncs', ({ district }) => keys.commitsPartition(district)],
  ['syncs', ({ district }) => keys.changeHeadKey(district).pk],
  ['syncs', ({ district }) => keys.changesPartition(district)],
  ['syncs', ({ district }) => keys.feedsPartition(district)],
  ['syncs', ({ district, a }) => keys.uploadKey(district, a).pk],
  ['syncs', ({ district, a }) => keys.feedUploadsPartition(district, a)],
  ['syncs', ({ district, a }) => keys.armedKey({ district, kind: a }).pk],
  ['tenants', ({ district }) => keys.clientsPartition(district)],
  ['tenants', ({ district }) => keys.clientKey(`${district}.c`).pk],
];

const ofNobody: [string, (at: At) => string][] = [
  ['syncs', ({ district }) => keys.busyKey(district).pk],
  ['syncs', ({ district, a }) => keys.dueKey(1, { district, kind: a }).pk],
  ['tenants', ({ district }) => keys.districtKey(district).pk],
  ['tenants', ({ a }) => keys.customerKey(a).pk],
  ['tenants', ({ a }) => keys.rateKey(a).pk],
  ['tenants', () => keys.clientsPartition(undefined)],
  ['tenants', ({ a, district }) => keys.loginNameKey(a, district).pk],
  ['tenants', () => keys.verifyingKeysKey.pk],
  ['tenants', () => keys.signingKeyKey.pk],
  ['tenants', ({ a }) => keys.idempotencyKey(a).pk],
  ['tenants', () => keys.certificateKeyKey.pk],
  ['tenants', () => keys.certificateKeysKey.pk],
  ['tenants', () => keys.sealKeyKey.pk],
  ['logins', ({ a }) => keys.challengeKey(a).pk],
  ['reports', ({ district, a, n }) => keys.unfinishedKey({ at: n, district, report: a }).pk],
  ['audit', ({ n }) => keys.auditHeadKey('@operator', n).pk],
];

test('every key of a district says which, whatever else stands in it', () => {
  fc.assert(
    fc.property(at, fc.constantFrom(...ofDistricts), (at, [table, make]) => {
      expect(ownerOf(table, make(at))).toEqual({ district: at.district });
    }),
  );
});

test('every other key is nobody’s', () => {
  fc.assert(
    fc.property(at, fc.constantFrom(...ofNobody), (at, [table, make]) => {
      expect(ownerOf(table, make(at))).toBe('shared');
    }),
  );
});

test('a policy’s patterns let in the keys of its district and of no other', () => {
  fc.assert(
    fc.property(at, fc.constantFrom(...ofDistricts, ...ofNobody), (at, [table, make]) => {
      const owner = ownerOf(table, make(at));
      const opens = (of: string) => patternsOf(table, of).some((pattern) => fits(pattern, make(at)));
      expect(opens(at.district)).toBe(owner !== 'shared');
      if (at.other !== at.district) expect(opens(at.other)).toBe(false);
    }),
  );
});

test('no key builder has been forgotten', () => {
  const made = /^(?:\w+Key|\w+Partition)$/;
  const used = [...ofDistricts, ...ofNobody].map(([, make]) => make.toString()).join(' ');
  const forgotten = Object.keys(keys).filter((name) => made.test(name) && !used.includes(name));
  // Each is made of a partition above, or is no key.
  expect(forgotten).toEqual([
    'joinKey',
    'splitKey',
    'holderKey',
    'versionRowKey',
    'ownResourcePartition',
    'commitKey',
    'changeKey',
    'busyPartition',
    'districtsPartition',
    'loginNamePartition',
    'feedKey',
    'feedUploadKey',
    'duePartition',
    'pastKey',
    'accountsPartition',
    'factRowsPartition',
    'ownedKey',
    'loginKey',
    'sessionKey',
    'releasedPartition',
    'identityProvidersPartition',
    'erasuresPartition',
    'auditPartition',
    'auditDetailsPartition',
    'reportsPartition',
    'unfinishedPartition',
    'accountReportsPartition',
    'askedReportsPartition',
    'reportUsagePartition',
    'reportLinksPartition',
    'reportLinesPartition',
    'eventsPartition',
    'webhooksPartition',
    'deliveriesPartition',
    'waitingNoticesPartition',
    'suppressionsPartition',
  ]);
});

test('what looks like no key of ours is nobody’s to reach', () => {
  for (const [table, pk] of [
    ['syncs', 'lane'],
    ['syncs', 'lane#d#more'],
    ['syncs', 'progress#d'],
    ['syncs', 'd#person#x'],
    ['syncs', 'constructor#d'],
    ['tenants', 'x'],
    ['roster', 'd'],
  ] as const) {
    expect([pk, ownerOf(table, pk)]).toEqual([pk, undefined]);
  }
});

test('an object is of the district that its key names', () => {
  expect(ownerOfObject('feeds', 'uploads/d/u/f.zip')).toEqual({ district: 'd' });
  expect(ownerOfObject('state', 'plans/d/s/1-1/header.json')).toEqual({ district: 'd' });
  expect(ownerOfObject('pages', 'd/none.2026-01-01/kept')).toEqual({ district: 'd' });
  expect(ownerOfObject('exchange', 'in/d/s-1/upload/a.csv')).toEqual({ district: 'd' });
  expect(ownerOfObject('exchange', 'kept/d/r-1')).toEqual({ district: 'd' });
  expect(ownerOfObject('pages', '')).toBeUndefined();
  expect(ownerOfObject('elsewhere', 'a/d')).toBeUndefined();
});

/** `StringLike` of IAM. */
function fits(pattern: string, text: string): boolean {
  const source = pattern
    .split('*')
    .map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^]*');
  return new RegExp(`^${source}$`, 'u').test(text);
}
