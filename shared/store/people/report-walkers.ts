import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { StoreUnavailable } from '../../errors.ts';
import { exchangeKey, keptReportKey, placeOf } from '../../reports/exchange-keys.ts';
import type { Report } from '../../reports/report.ts';
import { ServiceEvent } from '../../reports/service-event.ts';
import { madeUlid } from '../../roster/made-ulid.ts';
import { mentions, mentionsName } from '../../roster/scrub.ts';
import { Bucket } from '../bucket.ts';
import { calling } from '../calls.ts';
import { eventsPartition, reportLineKey, waitingNoticesPartition } from '../keys.ts';
import { queryAll } from '../query.ts';
import { ReportLedger } from '../report-ledger.ts';
import type { KeptPerson } from './kept-person.ts';
import { isNamedIn } from './named-in.ts';
import type { Found, Walker } from './walker.ts';

type Deps = { dynamo: DynamoDBDocumentClient; table: string; s3: S3Client; bucket: string; now(): string };

/** Files come under any name. */
const anyText = 'any.csv';
const places = ['in', 'out', 'kept'] as const;

/**
 * What was brought or made is evidence and nothing else, as uploads of feeds are: a file that names the person goes whole, and its report
 * says so. So does one that they brought by SFTP, which says by whom. What somebody has overwritten or taken away goes in any case: nobody
 * can fetch it, and it would stay for ninety days.
 */
export function exchangeWalker({ dynamo, table, s3, bucket, now }: Deps): Walker {
  const ledger = new ReportLedger(dynamo, table);
  const all = new Bucket(s3, bucket);
  async function* about(person: KeptPerson) {
    const names = namesOf(person);
    const reports = await reportsByKey(ledger, person.district);
    for (const place of places) {
      for await (const { key } of all.list(`${place}/${person.district}/`)) {
        const report = reports.get(key);
        const fileName = placeOf(key)?.fileName ?? report?.fileName ?? '';
        const isTheirs =
          names(fileName) ||
          (report !== undefined && asks(report, names)) ||
          names(await broughtBy(s3, bucket, key)) ||
          (await isNamedIn(s3, { bucket, key, name: anyText }, names));
        yield { key, report, isTheirs };
      }
    }
  }
  async function archive(district: string, id: string): Promise<void> {
    const line = { at: now(), what: 'erased', by: 'erasure' };
    for await (const { what } of ledger.lines(district, id)) if (what === line.what) return;
    await changed(ledger, { district, id }, (report) => ({
      report: { ...report, state: 'archived' },
      line: { ...line, id: madeUlid(Date.parse(line.at), [district, id, line.what]) },
    }));
  }
  return {
    async *find(person): AsyncGenerator<Found> {
      for await (const { key, isTheirs } of about(person))
        if (isTheirs) yield { where: key, value: 'A file that was brought or made names the person.' };
    },
    async erase(person) {
      let gone = 0;
      for await (const { key, report, isTheirs } of about(person)) {
        if (!isTheirs) continue;
        if (report !== undefined) await archive(person.district, report.id);
        await all.remove(key);
        gone += 1;
      }
      for (const place of places) gone += await all.removeOverwritten(`${place}/${person.district}/`);
      return gone;
    },
    async look(person) {
      const out = { looked: 0, left: 0, ids: 0 };
      for await (const { isTheirs } of about(person)) {
        out.looked += 1;
        if (isTheirs) out.left += 1;
      }
      return out;
    },
  };
}

/** Days that events are listed for, with those on which the clocks of two may differ. */
const eventDays = 32;

/**
 * Reports, what happened to them, events, and what waits for a digest of the person. Who brought, asked for or fetched one stays as an id, as in the audit; names of files, what
 * was asked for and problems stop naming the person. The files go before: their reports are found by their names.
 */
export function reportsWalker({ dynamo, table, now }: Pick<Deps, 'dynamo' | 'table' | 'now'>): Walker {
  const ledger = new ReportLedger(dynamo, table);
  async function* about(person: KeptPerson) {
    const names = namesOf(person);
    const ids = new Set([...person.users, ...person.accounts]);
    for await (const report of allReports(ledger, person.district)) {
      const lines: { line: string; isTheirs: boolean }[] = [];
      let held = ids.has(report.by) ? 1 : 0;
      for await (const { id, by, to, why } of ledger.lines(person.district, report.id)) {
        if (names(why ?? '')) lines.push({ line: id, isTheirs: true });
        if (ids.has(by ?? '') || ids.has(to ?? '')) held += 1;
      }
      yield { report, lines, ids: held, left: reportWithout(report, names) };
    }
  }
  async function* events(person: KeptPerson) {
    const names = namesOf(person);
    const ids = new Set([...person.users, ...person.accounts]);
    for (let ago = -1; ago < eventDays; ago += 1) {
      const day = new Date(Date.parse(now()) - ago * 86_400_000).toISOString().slice(0, 10);
      for await (const { pk, sk, event } of queryAll(dynamo, {
        table,
        partition: eventsPartition(person.district, day),
      })) {
        const { by, facts } = ServiceEvent.parse(event);
        yield { key: { pk, sk }, holdsId: ids.has(by ?? ''), isTheirs: names(JSON.stringify(facts)) };
      }
    }
  }
  async function* waiting({ district, accounts }: KeptPerson) {
    for (const account of accounts)
      yield* queryAll(dynamo, { table, partition: waitingNoticesPartition(district, account) });
  }
  return {
    async *find(person): AsyncGenerator<Found> {
      for await (const { notice } of waiting(person)) yield { where: 'waiting notice', value: notice };
      const ids = new Set([...person.users, ...person.accounts]);
      for await (const { report, left, lines } of about(person)) {
        if (left !== report || lines.length > 0 || ids.has(report.by))
          yield { where: `report ${report.id}`, value: report };
      }
    },
    async erase(person) {
      const { district } = person;
      const names = namesOf(person);
      let gone = 0;
      for await (const { report, left, lines } of about(person)) {
        for (const { line } of lines) {
          const UpdateExpression = 'REMOVE why';
          const Key = reportLineKey(district, report.id, line);
          await calling(dynamo.send(new UpdateCommand({ TableName: table, Key, UpdateExpression })));
          gone += 1;
        }
        if (left === report) continue;
        const line = { id: madeUlid(Date.parse(now()), [district, report.id, report.revision]), at: now() };
        await changed(ledger, { district, id: report.id }, (is) => ({
          report: reportWithout(is, names),
          line: { ...line, what: 'erased', by: 'erasure' },
        }));
        gone += 1;
      }
      for await (const { pk, sk } of waiting(person)) {
        await calling(dynamo.send(new DeleteCommand({ TableName: table, Key: { pk, sk } })));
        gone += 1;
      }
      for await (const { key, isTheirs } of events(person)) {
        if (!isTheirs) continue;
        await calling(dynamo.send(new DeleteCommand({ TableName: table, Key: key })));
        gone += 1;
      }
      return gone;
    },
    async look(person) {
      const out = { looked: 0, left: 0, ids: 0 };
      for await (const { report, left, lines, ids } of about(person)) {
        out.looked += 1;
        out.left += lines.length + (left === report ? 0 : 1);
        out.ids += ids;
      }
      for await (const _ of waiting(person)) {
        out.looked += 1;
        out.left += 1;
      }
      for await (const { isTheirs, holdsId } of events(person)) {
        out.looked += 1;
        if (isTheirs) out.left += 1;
        else if (holdsId) out.ids += 1;
      }
      return out;
    },
  };
}

type Names = (text: string) => boolean;

function namesOf({ words, names }: KeptPerson): Names {
  const [word, name] = [mentions(words), mentionsName(names)];
  return (text) => word(text) || name(text);
}

function asks({ asked }: Report, names: Names): boolean {
  return asked !== undefined && names(JSON.stringify(asked));
}

/** The same object where it says nothing of the person. */
function reportWithout(report: Report, names: Names): Report {
  const { asked, ...rest } = report;
  const problems = report.problems?.filter((problem) => !names(JSON.stringify(problem)));
  const isNamed = names(report.fileName);
  const isAsked = asks(report, names);
  if (!isNamed && !isAsked && problems?.length === report.problems?.length) return report;
  const ending = /\.[a-z0-9]{1,5}$/i.exec(report.fileName)?.[0] ?? '';
  return {
    ...rest,
    ...(isNamed ? { fileName: `erased-${report.id}${ending}` } : {}),
    ...(asked === undefined ? {} : { asked: isAsked ? {} : asked }),
    ...(problems === undefined ? {} : { problems }),
  };
}

/** Retries while others change the report. */
async function changed(
  ledger: ReportLedger,
  { district, id }: { district: string; id: string },
  change: (report: Report) => { report: Report; line: Parameters<ReportLedger['note']>[2]['line'] },
): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const before = await ledger.find(district, id);
    if (before === undefined) return;
    const { report, line } = change(before);
    if (await ledger.change(district, before, report, { line })) return;
  }
  throw new StoreUnavailable(`report ${id} changes faster than it can be written`);
}

async function* allReports(ledger: ReportLedger, district: string): AsyncGenerator<Report> {
  for (let after: string | undefined, more = true; more; ) {
    const page = await ledger.list(district, { after, limit: 200 });
    yield* page.items;
    after = page.next;
    more = after !== undefined;
  }
}

/** The newest upload of a name is the report of what lies there. */
async function reportsByKey(ledger: ReportLedger, district: string): Promise<Map<string, Report>> {
  const found = new Map<string, Report>();
  for await (const report of allReports(ledger, district)) {
    const key = exchangeKey(district, report);
    if (!found.has(key)) found.set(key, report);
    found.set(keptReportKey(district, report), report);
  }
  return found;
}

/** What SFTP and our own addresses note of who put an object there. */
async function broughtBy(s3: S3Client, bucket: string, key: string): Promise<string> {
  try {
    const { Metadata = {} } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return Object.values(Metadata).join('\n');
  } catch (error) {
    if (error instanceof Error && (error.name === 'NotFound' || error.name === 'NoSuchKey')) return '';
    throw error;
  }
}
