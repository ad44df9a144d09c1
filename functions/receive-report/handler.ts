import type { S3Event } from 'aws-lambda';
import type { CheckMessage } from '../../shared/messages/report-messages.ts';
import {
  exchangeKey,
  isUnfinished,
  keptReportKey,
  type Place,
  placeOf,
} from '../../shared/reports/exchange-keys.ts';
import { isUnseen } from '../../shared/reports/fetchable.ts';
import {
  type Arrived,
  awaitedReport,
  type Brought,
  broughtBy,
  idOfObject,
  overQuota,
  receivedReport,
  tooLarge,
} from '../../shared/reports/received-report.ts';
import type { Report } from '../../shared/reports/report.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { madeUlid } from '../../shared/roster/made-ulid.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { confinedTo } from '../../shared/runtime/tenancy.ts';
import type { DistrictQueue } from '../../shared/store/district-queue.ts';
import type { ExchangeObjects } from '../../shared/store/exchange-objects.ts';
import { uploadedEventId } from '../../shared/store/report-endings.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';
import type { ReportQuotas } from '../../shared/store/report-quotas.ts';

export type Deps = {
  objects: Pick<ExchangeObjects, 'look' | 'keep'>;
  reports: Pick<ReportLedger, 'find' | 'create' | 'createWithin' | 'change'>;
  quotas: Pick<ReportQuotas, 'room'>;
  /** Id of the account that goes by a username. */
  accountNamed(district: string, username: string): Promise<string | undefined>;
  checks: Pick<DistrictQueue<CheckMessage>, 'send'>;
  /** From where SFTP shows it. */
  takeAway(district: string, report: Report): Promise<void>;
  events: Pick<Events, 'reportReceived' | 'flush'>;
};

/** What an event of S3 says of an object; `principal`: who put it there. */
type Told = { key: string; etag: string; principal: string | undefined };

/** Events come at least once, in any order and perhaps late; what is told again changes nothing. */
export function makeHandler(deps: Deps) {
  const { objects, reports, quotas, accountNamed, checks, events } = deps;
  return async (event: S3Event): Promise<void> => {
    for (const { s3, userIdentity } of event.Records) {
      // S3 writes keys into events as forms write values.
      const key = decodeURIComponent(s3.object.key.replaceAll('+', ' '));
      const place = placeOf(key);
      if (place === undefined || key.endsWith('/') || isUnfinished(place.fileName)) continue;
      await confinedTo(place.district, () =>
        came(place, { key, etag: s3.object.eTag, principal: userIdentity?.principalId }),
      );
    }
    events.flush();
  };

  async function came(place: Place, told: Told): Promise<void> {
    const found = await objects.look(told.key);
    // Overwritten or renamed since: what stands there now has an event of its own.
    if (found === undefined || unquoted(found.etag) !== unquoted(told.etag)) return;
    const object = { key: told.key, size: found.size, etag: found.etag, modified: found.modified.getTime() };
    const report = await settle(place, object, broughtBy(found.metadata, told.principal));
    // Again where it is there already: a crash may have come between the two.
    if (report?.state === 'received') await checks.send({ district: place.district, report: report.id });
    // Nobody knows what it is, so nobody gets it over SFTP either. Of what is too large to copy this is all there is.
    if (report !== undefined && isUnseen(report) && !tooLarge(object))
      await deps.takeAway(place.district, report);
  }

  /** The report of an object: as it is told of already, or from now on. */
  async function settle(place: Place, object: Arrived, brought: Brought): Promise<Report | undefined> {
    const { district } = place;
    const named = brought.via === 'https' ? await reports.find(district, brought.report) : undefined;
    const before = isOf(named, place, object) ? named : await reports.find(district, idOfObject(object));
    if (before !== undefined && before.state !== 'awaited') return before;
    const by =
      brought.via === 'sftp' ? await accountOf(district, brought.username) : (named?.by ?? 'unknown');
    const after =
      before === undefined
        ? receivedReport({ place, object, by, via: brought.via })
        : awaitedReport(before, object);
    const isKept = tooLarge(object) || (await objects.keep(object, keptReportKey(district, after)));
    if (!isKept) return undefined;
    const now = before === undefined ? await enter(district, after) : await become(district, before, after);
    // By then it is another's, as which it is settled: told twice at once, or two objects put by one address.
    if (now === undefined) return settle(place, object, brought);
    events.reportReceived({ district, report: now.id, via: now.via, bytes: object.size });
    return now;
  }

  /**
   * What nobody had announced; refused where the account has no room for it.
   * @returns nothing where it is there already
   */
  async function enter(district: string, report: Report): Promise<Report | undefined> {
    if (report.state === 'received') {
      const room = await quotas.room(district, report.account);
      const along = { ...alongOf(district, report), most: room.most };
      const created = await reports.createWithin(district, report, along);
      if (created === 'created') return report;
      if (created === 'over-quota') return enter(district, overQuota(report, room));
      return undefined;
    }
    return (await reports.create(district, report, alongOf(district, report))) ? report : undefined;
  }

  async function become(district: string, before: Report, after: Report): Promise<Report | undefined> {
    const isNow = await reports.change(district, before, after, alongOf(district, after));
    return isNow ? after : undefined;
  }

  /** Where a name is in several districts, who signs in names theirs too. */
  async function accountOf(district: string, username: string): Promise<string> {
    const ending = `@${district}`;
    const names = [username, ...(username.endsWith(ending) ? [username.slice(0, -ending.length)] : [])];
    for (const name of names) {
      const account = await accountNamed(district, name);
      if (account !== undefined) return account;
    }
    return 'unknown';
  }
}

/** Whether it is the report that this object was announced as: a rename, or another upload by the same address, is another report. */
function isOf(report: Report | undefined, place: Place, object: Arrived): boolean {
  if (report === undefined || exchangeKey(place.district, report) !== object.key) return false;
  return report.state === 'awaited' || report.object === idOfObject(object);
}

function alongOf(district: string, report: Report) {
  return { line: lineOf(report), event: refusalOf(district, report) };
}

function lineOf({ id, by, at, size, state, problems }: Report) {
  const why = problems?.[0]?.code ?? (size === 0 ? 'empty' : undefined);
  const line = { id: madeUlid(Date.parse(at), [id, state]), at, what: state, by };
  return why === undefined ? line : { ...line, why };
}

/** Who waits for it hears so; of whatever goes on, the check tells. */
function refusalOf(district: string, report: Report): ServiceEvent | undefined {
  if (report.state !== 'refused') return undefined;
  const { id, account, at, by, kind, folder, problems = [] } = report;
  const code = problems[0]?.code ?? '';
  return {
    ...{ id: uploadedEventId(district, report), district, at, kind: 'report.uploaded' },
    ...{ account, report: id, by },
    facts: { outcome: 'refused', kind, folder, problems: problems.length, code },
  };
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}
