import type { S3Client } from '@aws-sdk/client-s3';
import { isSchool } from '../../shared/access/orgs.ts';
import { StoreUnavailable } from '../../shared/errors.ts';
import type { BuildMessage } from '../../shared/messages/report-messages.ts';
import { exchangeKey, keptReportKey } from '../../shared/reports/exchange-keys.ts';
import {
  AskedReport,
  generatedFileName,
  generatedReports,
  scopeOf,
} from '../../shared/reports/generated-kinds.ts';
import type { Report } from '../../shared/reports/report.ts';
import { CommittedState } from '../../shared/roster/committed-state.ts';
import type { Lane } from '../../shared/roster/lane.ts';
import type { Org } from '../../shared/roster/records.ts';
import type { Objects } from '../../shared/roster/sync-stores.ts';
import type { Bucket } from '../../shared/store/bucket.ts';
import { leaveNothing } from '../../shared/store/give-up-report.ts';
import { type Ending, endedReport, readyReport } from '../../shared/store/report-endings.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';
import { type Asking, askerOf, type Permit, permitOf } from './asker.ts';
import { type ContentDeps, contentOf, namesIn } from './content.ts';
import { TooLarge } from './formats/sheet-writer.ts';
import { contentTypes, writerOf } from './formats/writers.ts';
import { RosterMoved, type Walk } from './people.ts';
import { ReportFile } from './report-file.ts';

export type BuildDeps = ContentDeps & {
  reports: Pick<ReportLedger, 'find' | 'change' | 'progress'>;
  lane: (district: string) => Promise<Lane>;
  objects: Pick<Objects, 'get'>;
  s3: S3Client;
  exchange: string;
  shelf: Pick<Bucket, 'remove'>;
  now: () => Date;
};

/** A report that this call makes; nobody else does as long as its revision is the one that was written last. */
type Work = { district: string; report: Report };

class Refused extends Error {
  override name = 'Refused';
  readonly code: string;
  readonly hint: string;
  constructor(code: string, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** What was read is of one roster and one asker, or it is made anew; so often at most. */
const mostBeginnings = 3;

/** Makes a report once, however often it is told to, and wherever it breaks off. */
export async function buildReport(deps: BuildDeps, { district, report: id }: BuildMessage): Promise<void> {
  const found = await deps.reports.find(district, id);
  if (found?.state !== 'requested' && found?.state !== 'building') return;
  const asked = AskedReport.safeParse(found.asked);
  const work = await claim(deps, { district, report: found }, asked.data);
  try {
    if (!asked.success) throw new Refused('malformed', 'What was asked for is no report.', 'Ask again.');
    await end(deps, work, await made(deps, work, asked.data));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { code, message, hint } = error;
    const at = deps.now();
    await leaveNothing(deps.shelf, work);
    await end(deps, work, endedReport(work, 'refused', { at, code, message, hint }));
  }
}

async function claim(
  { reports, now }: BuildDeps,
  { district, report }: Work,
  asked: AskedReport | undefined,
): Promise<Work> {
  const fileName = asked === undefined ? report.fileName : generatedFileName(report, asked);
  const building: Report = { ...report, folder: 'receive', fileName, state: 'building' };
  const at = now().toISOString();
  const line = { id: `${at}#building-${report.revision}`, at, what: 'building', by: report.by };
  if (!(await reports.change(district, report, building, { line }))) throw takenOver();
  return { district, report: { ...building, revision: report.revision + 1 } };
}

async function end({ reports }: BuildDeps, { district, report }: Work, ending: Ending): Promise<void> {
  const { line, event } = ending;
  if (!(await reports.change(district, report, ending.report, { line, event }))) throw takenOver();
}

async function made(deps: BuildDeps, work: Work, asked: AskedReport): Promise<Ending> {
  for (let beginning = 1; ; beginning += 1) {
    try {
      return await madeOnce(deps, work, asked);
    } catch (error) {
      if (!(error instanceof RosterMoved) || beginning >= mostBeginnings) throw error;
    }
  }
}

async function madeOnce(deps: BuildDeps, work: Work, asked: AskedReport): Promise<Ending> {
  const asking = askingOf(work, asked);
  const permit = await permitted(deps, asking);
  const walk = await walkOf(deps, work, { asking, permit });
  const { scope } = asking;
  const within = walk.within === undefined ? {} : { within: walk.within };
  const around = { scope, ...within, ...(await namesIn(walk.state)), today: permit.today };
  const content = contentOf(deps, walk, around);
  if (typeof content === 'string') throw new Refused('incomplete', content, 'Ask again with all of it.');
  const file = fileOf(deps, work, asked);
  try {
    const writer = await writerOf(asked, file, content.columns);
    let rows = 0;
    for await (const some of content.rows) {
      await writer.add(some);
      rows += some.length;
    }
    await writer.end();
    const after = await permitted(deps, asking);
    if (after.mark !== permit.mark) throw new RosterMoved('What the asker may see has changed meanwhile.');
    await holdOn(deps, work);
    return readyReport(work, { ...(await file.close()), rows, at: deps.now() });
  } catch (error) {
    await file.abort();
    if (error instanceof TooLarge) throw new Refused('too-large', error.message, 'Ask for it as CSV.');
    throw error;
  }
}

function askingOf({ district, report }: Work, asked: AskedReport): Asking {
  const { kind, format } = asked;
  if (!generatedReports[kind].formats.includes(format)) {
    const formats = generatedReports[kind].formats.join(', ');
    throw new Refused('format', `A report ${kind} is not made as ${format}.`, `Ask for one of: ${formats}.`);
  }
  const asker = askerOf(asked, { by: report.by, district });
  if (asker === undefined) throw new Refused('no-asker', 'Nobody stands for this report.', 'Ask again.');
  return { district, asker, asked, scope: scopeOf(asked, report.account) };
}

async function permitted(deps: BuildDeps, asking: Asking): Promise<Permit> {
  const permit = await permitOf(deps, asking);
  if (typeof permit !== 'string') return permit;
  throw new Refused('not-permitted', permit, 'Ask an administrator for the role, then ask again.');
}

/** The committed roster, of the same commit as the facts; how far it has come is written down at times. */
async function walkOf(
  deps: BuildDeps,
  work: Work,
  { asking, permit }: Pick<Walk, 'asking' | 'permit'>,
): Promise<Walk> {
  const { committed } = await deps.lane(work.district);
  if (committed.generation !== permit.district.committed) {
    throw new RosterMoved('A roster is being committed.');
  }
  const state = await CommittedState.open(deps.objects, work.district, committed.manifest);
  const total = state.partitions('users').reduce((sum, { active }) => sum + active, 0);
  const account = await state.line('orgs', work.report.account);
  // Written by the planner only.
  const type = account === undefined ? '' : (JSON.parse(account.json) as Org).type;
  const isBound = isSchool({ type, status: 'active' });
  let told = 0;
  return {
    asking,
    permit,
    state,
    within: isBound ? work.report.account : undefined,
    async looked(people) {
      if (people - told < progressEvery) return;
      told = people;
      await holdOn(deps, work, { done: people, total, unit: 'people' });
    },
  };
}

/** People between two words of progress. */
const progressEvery = 2000;

/** Goes on only where nobody else has taken the report over. */
async function holdOn(
  { reports }: BuildDeps,
  work: Work,
  progress: Report['progress'] = work.report.progress,
): Promise<void> {
  if (!(await reports.progress(work.district, work.report, progress))) throw takenOver();
  work.report = { ...work.report, progress, revision: work.report.revision + 1 };
}

function takenOver(): StoreUnavailable {
  return new StoreUnavailable('Another call makes this report.');
}

function fileOf(
  { s3, exchange }: BuildDeps,
  { district, report }: Work,
  { format }: AskedReport,
): ReportFile {
  return new ReportFile(s3, {
    bucket: exchange,
    kept: keptReportKey(district, report),
    shown: exchangeKey(district, report),
    report: report.id,
    contentType: contentTypes[format],
  });
}
