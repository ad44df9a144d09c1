import { expect, test } from 'vitest';
import { idOfObject } from '../../shared/reports/received-report.ts';
import type { Report } from '../../shared/reports/report.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';
import { makeHandler } from './handler.ts';

const report: Report = {
  ...{ id: 'r-1', account: 's1', folder: 'receive', fileName: 'a.csv', kind: 'roster', state: 'ready' },
  ...{ by: 'ada', via: 'service', at: '2026-11-22T10:00:00Z', until: '2027-02-20T10:00:00Z', revision: 1 },
};

const modified = new Date('2026-11-22T10:30:00Z');
const idAt = (key: string, etag: string) => idOfObject({ key, etag, modified: modified.getTime() });
const brought = 'in/north/s1/upload/a.csv';
const reports: Report[] = [
  report,
  { ...report, id: 'by-https', folder: 'upload', state: 'accepted', object: idAt(brought, '"e1"') },
  { ...report, id: idAt(brought, '"e2"'), folder: 'upload', state: 'accepted' },
];

/** Told once by the event's id, as the ledger does. */
function world(metadata: Record<string, string> | undefined, etag = '"e0"') {
  const told = new Map<string, Parameters<ReportLedger['note']>[2]>();
  const handler = makeHandler({
    look: async () => (metadata === undefined ? undefined : { etag, modified, metadata }),
    ledger: {
      find: async (_, id) => reports.find((one) => one.id === id),
      note: async (_, __, along) => {
        const id = along.event?.id ?? '';
        const isNew = !told.has(id);
        if (isNew) told.set(id, along);
        return isNew;
      },
    },
    accounts: {
      named: async (_, name) => ({
        ...{ district: 'north', id: `a-${name}` },
        account: {
          ...{ id: `a-${name}`, username: name, email: 'a@example.org', approved: true, locked: false },
          ...{ ledgers: [], schools: [], asked: [], createdAt: '2026-11-22T10:00:00Z' },
        },
      }),
    },
    events: { flush: () => {} },
  });
  return { handler, told };
}

const download = (path: string) => ({
  source: 'aws.transfer',
  'detail-type': 'SFTP Server File Download Completed',
  detail: {
    ...{ username: 'ada', 'session-id': 's', 'file-path': path },
    'end-timestamp': '2026-11-22T11:00:00.123456789Z',
  },
});

test('a report that was fetched is told once a session, however often it is heard', async () => {
  const { handler, told } = world({ report: 'r-1' });
  await handler(download('/bucket/out/north/s1/receive/a.csv'));
  await handler(download('/bucket/out/north/s1/receive/a.csv'));
  expect(
    [...told.values()].map(({ event, line }) => [event?.kind, event?.report, line.what, line.by]),
  ).toEqual([['report.downloaded', 'r-1', 'downloaded', 'a-ada']]);
});

test.each([
  ['over HTTPS', '"e1"', { report: 'by-https' }, 'by-https'],
  ['over SFTP', '"e2"', {}, idAt(brought, '"e2"')],
  ['by the address of another', '"e2"', { report: 'by-https' }, idAt(brought, '"e2"')],
])('what was brought %s is the report of its object', async (_, etag, metadata, id) => {
  const { handler, told } = world(metadata, etag);
  await handler(download(`/bucket/${brought}`));
  expect([...told.values()].map(({ event }) => event?.report)).toEqual([id]);
});

test.each([
  ['that is no report yet', `/bucket/${brought}`, { report: 'r-1' }],
  ['without a report', '/bucket/out/north/s1/receive/a.csv', {}],
  ['that is gone', '/bucket/out/north/s1/receive/a.csv', undefined],
])('a file %s is no report that was fetched', async (_, path, metadata) => {
  const { handler, told } = world(metadata);
  await handler(download(path));
  expect(told.size).toBe(0);
});
