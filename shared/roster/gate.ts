import { FeedRejected } from '../errors.ts';
import type { CommittedState } from './committed-state.ts';
import type { EditLayer } from './edit-layer.ts';
import type { From } from './fed.ts';
import { hasChanges } from './fed-lines.ts';
import { overlap } from './overlap.ts';
import { dropsFile, readDrops, rowsFile, type Snapshot } from './read-feed.ts';
import type { AcademicSession } from './records.ts';
import { type Fed, type FedFile, readLines } from './state.ts';
import type { Acceptable, Sync } from './sync.ts';
import type { Workspace } from './sync-stores.ts';

/** Below this share of the rows of the last good run a file is taken for cut off. */
const leastShareOfRows = 0.25;
/** Of fewer rows a share says little. */
const leastRows = 40;

type AtGate = {
  sync: Pick<Sync, 'accept' | 'season'>;
  /** The last good run of the same feed. */
  before: Fed | undefined;
  state: CommittedState;
  snapshot: Snapshot;
  workspace: Workspace;
  edits: Pick<EditLayer, 'isManual'>;
  from: From;
  /** Names of the files that this feed would be read from; others may go. */
  reads: readonly string[];
};

/** One reason why this feed should not be compared with the roster. */
type Finding = { code: Acceptable; message: string; where: FeedRejected['where'] };

/**
 * Looks at a feed that was read, beside the last good one, before anything is compared. Returns what to remember of it.
 * @throws {FeedRejected} other-district, and what the sync was not told to accept of file-missing, columns-changed,
 * older-file and rows-lost
 */
export async function gate(at: AtGate): Promise<Fed> {
  refuseNothing(at.snapshot);
  await overlap(at);
  const fed = await fedOf(at);
  const { before } = at;
  if (before === undefined) return fed;
  const accepted = new Set(at.sync.accept);
  const findings = [
    ...(isMissed(at, before) ? Object.entries(before.files) : []).flatMap(([file, was]) =>
      missingFile(file, was, fed, at.reads),
    ),
    ...Object.entries(fed.files).flatMap(([file, now]) => changedColumns(file, before.files[file], now)),
    ...changedColumnsOfChanges(at, before),
    ...olderFile(before, fed, at.snapshot),
    ...Object.entries(fed.files).flatMap(([file, now]) => lostRows(at, file, before.files[file], now)),
  ].filter(({ code }) => !accepted.has(code));
  if (findings.length > 0) throw refusalOf(findings, at.sync.accept ?? []);
  return fed;
}

/** @throws {FeedRejected} rows-lost */
function refuseNothing({ reads }: Snapshot): void {
  for (const entity of ['orgs', 'users'] as const) {
    const files = reads.filter((read) => read.entity === entity && read.mode !== 'delta' && read.rows > 0);
    const [first] = files;
    if (first === undefined || files.some(({ accepted }) => accepted > 0)) continue;
    throw new FeedRejected('rows-lost', `No row of ${first.file} can be used.`, {
      hint: 'Nothing was changed. Look at the problems of this sync: one fault, such as a missing parent, may cost them all.',
      where: { file: first.file },
    });
  }
}

/** Of a set of changes a file may be left out, and all of it where the feed sends changes at times. */
function isMissed({ snapshot }: AtGate, before: Fed): boolean {
  return !hasChanges(snapshot) && !(before.sendsChanges && snapshot.reads.length === 0);
}

async function fedOf(at: AtGate): Promise<Fed> {
  const files: Fed['files'] = {};
  for (const { file, columns, otherColumns, rows, mode } of at.snapshot.reads) {
    if (mode === 'delta') continue;
    const name = at.reads.find((known) => known.toLowerCase() === file.toLowerCase()) ?? file;
    files[name] = { columns, otherColumns, rows };
  }
  const schoolYear = await newestSchoolYear(at);
  const sendsChanges = hasChanges(at.snapshot) ? { sendsChanges: true as const } : {};
  return { files, ...(schoolYear === undefined ? {} : { schoolYear }), ...sendsChanges };
}

/** Of a session whose row was dropped the state before stands, so it counts as it was. */
async function newestSchoolYear({ state, snapshot, workspace }: AtGate): Promise<string | undefined> {
  const { partitions } = snapshot.spills.academicSessions;
  // A change of a session of last year is no feed of last year.
  let newest = snapshot.complete.has('academicSessions') ? undefined : state.manifest.fed?.schoolYear;
  for (let partition = 0; partition < partitions; partition++) {
    const drops = readDrops(await workspace.read(dropsFile('academicSessions', partition))).rows;
    const kept = drops.size === 0 ? [] : await state.lines('academicSessions', partition, partitions);
    const lines = [
      ...readLines(await workspace.read(rowsFile('academicSessions', partition))),
      ...kept.filter(({ id }) => drops.has(id)),
    ];
    for (const { status, json } of lines) {
      if (status !== 'active') continue;
      // Lines of this entity hold its records.
      const { schoolYear } = JSON.parse(json) as AcademicSession;
      if (newest === undefined || schoolYear > newest) newest = schoolYear;
    }
  }
  return newest;
}

function missingFile(file: string, was: FedFile, now: Fed, reads: readonly string[]): Finding[] {
  if (now.files[file] !== undefined || !reads.includes(file)) return [];
  const message = `${file} is not in this feed; the last good one had it with ${was.rows} rows.`;
  return [{ code: 'file-missing', message, where: { file } }];
}

function changedColumns(file: string, was: FedFile | undefined, now: FedFile): Finding[] {
  if (was === undefined) return [];
  const gone = was.columns.filter((column) => !now.columns.includes(column));
  const come = now.columns.filter((column) => !was.columns.includes(column));
  const column = gone[0] ?? come[0];
  if (column === undefined) return [];
  const strange = now.otherColumns.filter((other) => !was.otherColumns.includes(other));
  const parts = [
    ...(gone.length > 0 ? [`no longer has ${gone.join(', ')}`] : []),
    ...(come.length > 0 ? [`now has ${come.join(', ')}`] : []),
  ];
  const renamed =
    gone.length > 0 && strange.length > 0
      ? ` It looks like a rename: ${strange.join(', ')} is new and not of the standard.`
      : '';
  const message = `${file} ${parts.join(' and ')}, unlike the last good feed.${renamed}`;
  return [{ code: 'columns-changed', message, where: { file, column } }];
}

const ofChangesAlone = new Set(['status', 'dateLastModified']);

/** Changes leave blank what they have no column for, so that a renamed one would empty the records they name. */
function changedColumnsOfChanges({ snapshot, reads }: AtGate, before: Fed): Finding[] {
  const plain = (columns: readonly string[]) => columns.filter((column) => !ofChangesAlone.has(column));
  return snapshot.reads.flatMap(({ file, columns, otherColumns, rows, mode }) => {
    const name = reads.find((known) => known.toLowerCase() === file.toLowerCase()) ?? file;
    const was = before.files[name];
    if (mode !== 'delta' || was === undefined) return [];
    const now = { columns: plain(columns), otherColumns, rows };
    return changedColumns(name, { ...was, columns: plain(was.columns) }, now);
  });
}

function olderFile(before: Fed, now: Fed, { reads }: Snapshot): Finding[] {
  if (before.schoolYear === undefined || now.schoolYear === undefined) return [];
  if (now.schoolYear >= before.schoolYear) return [];
  const file = reads.find(({ entity }) => entity === 'academicSessions')?.file;
  const message = `The newest school year of this feed ends in ${now.schoolYear}; that of the last good one ended in ${before.schoolYear}.`;
  return [{ code: 'older-file', message, where: file === undefined ? {} : { file, column: 'schoolYear' } }];
}

/** At a rollover the new year begins with fewer classes and enrollments, and that is no loss. */
function lostRows(at: AtGate, file: string, was: FedFile | undefined, now: FedFile): Finding[] {
  if (was === undefined || was.rows < leastRows || now.rows >= was.rows * leastShareOfRows) return [];
  const entity = at.snapshot.reads.find((read) => read.file.toLowerCase() === file.toLowerCase())?.entity;
  if (at.sync.season.mode === 'rollover' && (entity === 'classes' || entity === 'enrollments')) return [];
  const message = `${file} has ${now.rows} rows; the last good feed had ${was.rows}.`;
  return [{ code: 'rows-lost', message, where: { file } }];
}

const advice: Record<Acceptable, string> = {
  'file-missing': 'Export again with every file that was there before.',
  'columns-changed': 'Set the export to write the columns that it wrote before.',
  'older-file': 'Check that this is not an export of last year, and upload the newest.',
  'rows-lost': 'Check that the export finished and was not limited to a part of the district.',
};

/** The first kind of finding is the refusal; what else there is stands in the message, and all of it can be overruled at once. */
function refusalOf(findings: Finding[], accepted: readonly Acceptable[]): FeedRejected {
  const codes = [...new Set(findings.map(({ code }) => code))];
  const [first] = findings;
  const code = first?.code ?? 'columns-changed';
  const all = [...new Set([...accepted, ...codes])];
  return new FeedRejected(code, findings.map(({ message }) => message).join(' '), {
    hint:
      `${codes.map((one) => advice[one]).join(' ')} Nothing was changed. If it is meant to be so, start the sync again ` +
      `with accept ${JSON.stringify(all)} (rolebook sync … --accept ${all.join(' ')}).`,
    where: first?.where ?? {},
  });
}
