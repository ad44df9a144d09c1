import { actingClient, clientPrefix } from '../../shared/access/acting-client.ts';
import { FeedRejected, StoreUnavailable } from '../../shared/errors.ts';
import type { ByteSource } from '../../shared/feeds/byte-source.ts';
import type { CheckMessage } from '../../shared/messages/report-messages.ts';
import { refusalOf } from '../../shared/reports/refusals.ts';
import type { Report, ReportKind, ReportProblem } from '../../shared/reports/report.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { madeUlid } from '../../shared/roster/made-ulid.ts';
import type { Scan } from '../../shared/runtime/clamd.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { Feeds } from '../../shared/store/feeds.ts';
import { uploadedEventId } from '../../shared/store/report-endings.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';
import { typeOf } from './content-type.ts';
import { FoundProblems, type ProblemsFile } from './found-problems.ts';
import { look, type Seen } from './look.ts';
import { Refused } from './refused.ts';
import { checkHeaders, checkRows, feedFor, rosterFormats } from './roster-feed.ts';
import { type SyncDeps, startRosterSync } from './start-sync.ts';
import { announcedBy, checkStudentTracker } from './studenttracker.ts';

export type CheckDeps = SyncDeps & {
  reports: Pick<ReportLedger, 'find' | 'change'>;
  /** The kept report, under the name that it has for whoever reads it. */
  openReport(district: string, report: Report): Promise<ByteSource>;
  problemsFile(at: { district: string; report: string }): ProblemsFile;
  /** Takes the report, and nothing else, away from where it was uploaded to. */
  takeAway(district: string, report: Report): Promise<void>;
  scan: Scan;
  feeds: Pick<Feeds, 'list'>;
  decide: Decide;
  /** The calendar day there, `YYYY-MM-DD`. */
  today(district: string): Promise<string>;
};

/** As large as S3 copies an object in one go. */
const maxBytes = 5 * 1024 ** 3;

type Outcome = 'accepted' | 'refused' | 'quarantined' | 'checked';
type Verdict = { kind: ReportKind; seen?: Seen; sync?: string };
type Asked = { district: string; report: Report; found: FoundProblems };
type Looked = Asked & { file: ByteSource; seen: Seen; type: 'zip' | 'text' };

/**
 * Looks at a report that came in, and says what becomes of it: state, ledger line and event in one write. Whatever stops it before
 * that, it is done again from the start; after that, nothing is.
 */
export async function checkReport(deps: CheckDeps, { district, report: id }: CheckMessage): Promise<void> {
  const report = await deps.reports.find(district, id);
  if (report?.state !== 'received') return;
  const found = new FoundProblems(() => deps.problemsFile({ district, report: id }));
  try {
    const verdict = await judge(deps, { district, report, found });
    await found.close();
    if (await conclude(deps, { district, report, found }, verdict)) return;
  } catch (error) {
    await found.abort();
    throw error;
  }
  // Somebody else has changed it: another delivery of the same message has looked at it, or it is looked at again.
  const after = await deps.reports.find(district, id);
  if (after?.state === 'received') throw new StoreUnavailable('The report changed while it was looked at.');
}

async function judge(deps: CheckDeps, asked: Asked): Promise<Verdict> {
  const { district, report, found } = asked;
  const verdict: Verdict = { kind: 'unknown' };
  try {
    const file = await deps.openReport(district, report);
    if (file.size > maxBytes) throw new Refused(refusalOf('too-large'));
    const seen = await look(file.stream(), deps.scan);
    verdict.seen = seen;
    const type = await passable(deps, asked, seen);
    await recognise(deps, { ...asked, file, seen, type }, verdict);
  } catch (error) {
    if (error instanceof Refused) await found.add(error.problem);
    else if (error instanceof FeedRejected) await found.add(problemOf(error));
    else throw error;
  }
  return verdict;
}

/** @throws {Refused} where it is not looked at any further */
async function passable(
  { takeAway }: Pick<CheckDeps, 'takeAway'>,
  { district, report }: Asked,
  seen: Seen,
): Promise<'zip' | 'text'> {
  const { scan, size, sha256 } = seen;
  if (isHarmful(seen)) {
    await takeAway(district, report);
    throw new Refused(
      scan.kind === 'found' ? refusalOf('malware', scan.signature) : refusalOf('too-large-to-scan'),
    );
  }
  if (size === 0) throw new Refused(refusalOf('empty'));
  const stated = report.sha256?.toLowerCase();
  if (stated !== undefined && stated !== sha256) throw new Refused(refusalOf('checksum'));
  return typeOf(report.fileName, seen);
}

/** Also what the scanner could not look into: as long as nobody knows, nobody gets it. */
function isHarmful({ scan }: Seen): boolean {
  return scan.kind === 'found' || scan.kind === 'too-large';
}

/** What it is, and what is wrong with it. @throws {Refused} and {FeedRejected} where it is not taken */
async function recognise(deps: CheckDeps, asked: Looked, verdict: Verdict): Promise<void> {
  const { district, report, found, file, seen, type } = asked;
  const announced = type === 'text' ? announcedBy(seen.head) : undefined;
  if (announced !== undefined) {
    verdict.kind = announced.layout.kind;
    await checkStudentTracker(file, announced, { found, today: await deps.today(district) });
    return;
  }
  const isSet = type === 'zip' || /\.csv$/i.test(report.fileName);
  const formats = isSet ? await rosterFormats(file) : [];
  if (formats.length === 0)
    throw new Refused(
      refusalOf('unknown-kind', `it is ${type === 'zip' ? 'a zip' : 'text'} of no known format`),
    );
  verdict.kind = 'roster-feed';
  if (report.folder === 'test') return checkRows(file, found);
  // Only where whoever brought it may import one, and one feed takes it.
  if (!(await mayImport(deps.decide, district, report.by))) throw new Refused(refusalOf('not-permitted'));
  const feed = await feedFor(deps.feeds, district, formats);
  await checkHeaders(file, feed);
  verdict.sync = await startRosterSync(deps, { district, report, seen, feed });
}

async function mayImport(decide: Decide, district: string, by: string): Promise<boolean> {
  const question = {
    subject: { type: 'user', id: by },
    action: { name: 'hmh:roster.bulk_import' },
    resource: { type: 'district', id: district },
  };
  return (
    await decide(district, question, by.startsWith(clientPrefix) ? actingClient(by, district) : undefined)
  ).decision;
}

/** @returns false where the report is not as it was found */
async function conclude(
  deps: CheckDeps,
  { district, report, found }: Asked,
  verdict: Verdict,
): Promise<boolean> {
  const { kind, seen, sync } = verdict;
  const at = deps.now();
  const outcome = outcomeOf(report, found, verdict);
  const after: Report = {
    ...report,
    ...{ kind, state: outcome, problems: found.first, problemCount: found.count },
    ...(seen === undefined ? {} : { size: seen.size, sha256: seen.sha256 }),
    ...(sync === undefined ? {} : { sync }),
  };
  const why = [...new Set(found.first.slice(0, 3).map(({ code }) => code)), ...scanned(seen)].join(', ');
  const line = { id: madeUlid(Date.parse(at), [district, report.id, 'checked']), at, what: outcome, why };
  const event: ServiceEvent = {
    ...{ id: uploadedEventId(district, report), district, at },
    ...{ kind: 'report.uploaded', account: report.account, report: report.id, by: report.by },
    ...(sync === undefined ? {} : { sync }),
    facts: { outcome, kind, folder: report.folder, problems: found.count },
  };
  return deps.reports.change(district, report, after, { line, event });
}

function outcomeOf({ folder }: Report, { errors }: FoundProblems, { seen }: Verdict): Outcome {
  if (seen !== undefined && isHarmful(seen)) return 'quarantined';
  if (folder === 'test') return 'checked';
  return errors > 0 ? 'refused' : 'accepted';
}

/** What the ledger says of the scan; never more than was done. */
function scanned(seen: Seen | undefined): string[] {
  switch (seen?.scan.kind) {
    case 'clean':
      return ['scanned: nothing found'];
    case 'found':
      return [`scanned: ${seen.scan.signature}`];
    default:
      return ['not scanned'];
  }
}

function problemOf({ code, message, hint, where }: FeedRejected): ReportProblem {
  const { row: line, file, column } = where;
  const place = [file, column].filter((part) => part !== undefined).join(' ');
  return {
    ...(line === undefined ? {} : { line }),
    ...(place === '' ? {} : { column: place }),
    ...{ code, severity: 'error', message, hint },
  };
}
