// What the function has loaded besides counts as well.
import '../../functions/build-report/build.ts';
import { writerOf } from '../../functions/build-report/formats/writers.ts';
import { studentListSheet } from '../../shared/reports/generated/student-list.ts';
import type { Row } from '../../shared/reports/generated/told-person.ts';
import type { GeneratedKind, ReportFormat } from '../../shared/reports/generated-kinds.ts';
import { makeDynamo, makeS3 } from '../../shared/runtime/clients.ts';

export type Written = {
  /** Bytes, over the whole life of this process. */
  peak: number;
  bytes: number;
  /** Of processor time. */
  ms: number;
};

const given = [
  'Ada',
  'Zoë',
  'Łukasz',
  'Nguyễn',
  'Olivia',
  'José',
  'Dmitri',
  'Ελένη',
  '龍之介',
  '민준',
  'สมชาย',
  'محمد',
];
const family = ['Lovelace', 'Żółć', 'Smith', 'García', 'O’Brien', 'Trần', '王', '김', 'ใจดี', 'علي', 'כהן'];
const rowsAtOnce = 400;

/** Writes one report to nowhere: `formats-probe.ts <kind> <format> <rows>`. */
async function main(): Promise<void> {
  const [kind, format, count] = process.argv.slice(2);
  const isCards = kind === 'start-cards';
  const columns = isCards
    ? ['Name', 'Username', 'School', 'Part', 'How to sign in']
    : studentListSheet.columns;
  // Given by formats.ts.
  const asked = { kind: kind as GeneratedKind, format: format as ReportFormat };
  const clients = [makeDynamo({ AWS_REGION: 'us-east-1' }), makeS3({ AWS_REGION: 'us-east-1' })];
  let bytes = 0;
  const before = process.cpuUsage();
  const file = {
    async append(piece: string | Uint8Array) {
      bytes += piece.length;
    },
  };
  const writer = await writerOf(asked, file, columns);
  for (let from = 0; from < Number(count); from += rowsAtOnce) {
    const some = Array.from({ length: Math.min(rowsAtOnce, Number(count) - from) }, (_, n) => from + n);
    await writer.add(some.map(isCards ? cardOf : studentOf));
  }
  await writer.end();
  const { user, system } = process.cpuUsage(before);
  for (const client of clients) client.destroy();
  const written: Written = { peak: process.resourceUsage().maxRSS * 1024, bytes, ms: (user + system) / 1000 };
  process.stdout.write(JSON.stringify(written));
}

function nameOf(n: number): [string, string] {
  return [given[n % given.length] ?? '', family[Math.floor(n / given.length) % family.length] ?? ''];
}

function studentOf(n: number): Row {
  const classes = `Class ${n % 97}, Algebra ${n % 13}, History ${n % 7}`;
  return [
    `p-${100_000 + n}`,
    ...nameOf(n),
    `${n}.student@example.org`,
    `${(n % 12) + 1}`,
    `School ${n % 40}`,
    classes,
  ];
}

function cardOf(n: number): Row {
  const told =
    'Open https://rolebook.test/ and sign in with this username. The first time, choose "Forgot password" there, or ask your teacher.';
  return [nameOf(n).join(' '), `${n}.student@example.org`, `School ${n % 40}`, 'student', told];
}

await main();
