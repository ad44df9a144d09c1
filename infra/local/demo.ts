import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Evaluation, PlanChange, Sync } from '../../cli/api-types.ts';
import { ApiClient, type Credentials } from '../../cli/client.ts';
import { districtPath } from '../../cli/connection.ts';
import { ApiRefused } from '../../cli/failures.ts';
import type { Change } from '../../cli/generate/changes.ts';
import { type DistrictOptions, generateDistrict } from '../../cli/generate/district.ts';
import { writeDistrict } from '../../cli/generate/write-district.ts';
import { countsTable, syncText, table } from '../../cli/render.ts';
import { watchSync } from '../../cli/syncs.ts';
import { uploadFeed } from '../../cli/upload.ts';
import { makePeople } from './demo-people.ts';

export type DemoOptions = {
  api: string;
  operator: Credentials;
  dataDir: string;
  log: (text: string) => void;
  /** Decides which school year the district is in. */
  now?: Date;
};

const district = 'demo';
const feed = 'sis';
const students = 1850;
const seed = 7;
const permission = 'hmh:report.assessment';

/**
 * Loads a made-up district over HTTP, as any integration would, and tells what happened; once per data dir. People are
 * shown by id only. A demonstration that does not work out is told, and stops nothing.
 */
export async function runDemo({ api, operator, dataDir, log, now = new Date() }: DemoOptions): Promise<void> {
  const folder = join(dataDir, 'demo');
  const done = join(folder, 'done');
  if (existsSync(done)) {
    log(`\nThe demonstration district "${district}" is loaded. ${whereToLook(api, dataDir)}`);
    return;
  }
  try {
    await mkdir(folder, { recursive: true });
    const demo = { client: new ApiClient(api, operator), folder, options: districtAt(now), log };
    await tell(demo);
    log(`\n5. People with one-time links in local.json: ${await makePeople(demo.client, district, dataDir)}`);
    await writeFile(done, `${now.toISOString()}\n`);
    log(`\n${whereToLook(api, dataDir)}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log(
      `\nThe demonstration stopped: ${why}\nThe service itself runs on; the next start tries the demonstration again.`,
    );
  }
}

type Demo = {
  client: ApiClient;
  folder: string;
  options: DistrictOptions;
  log: (text: string) => void;
};

/** School years begin in July. */
function districtAt(now: Date): DistrictOptions {
  const schoolYear = now.getUTCFullYear() + (now.getUTCMonth() >= 6 ? 1 : 0);
  return { students, schoolYear, seed };
}

async function tell(demo: Demo): Promise<void> {
  const { log, options } = demo;
  const changes = [...generateDistrict({ ...options, after: true }).changes()];
  await ensureDistrict(demo);
  log(`\nDemonstration: the made-up district "${district}". Ids stand for people throughout.`);

  const first = await syncFeed(demo, 'first.zip', options);
  log(`\n1. Its first feed, ${summary(first)}\n${indented(countsTable(first))}`);
  const questions = questionsAbout(changes);
  const before = await askAll(demo, questions);
  log(`\n2. Who may see assessment reports (${permission})?\n${answersText(before.slice(0, 2))}`);

  const second = await syncFeed(demo, 'second.zip', { ...options, after: true });
  log(`\n3. Some days later, the next feed, ${summary(second)}\n${indented(countsTable(second))}`);
  log(indented(storyOf(changes)));
  const after = await askAll(demo, questions);
  log(`\n4. The same questions before and after\n${comparison(before, after)}`);
  log(await rolesText(demo, second));
}

/** A start that was cut short has made some of it already. */
async function ensureDistrict({ client, options }: Demo): Promise<void> {
  try {
    await client.post('/v1/districts', {
      id: district,
      name: 'Riverbend Unified School District',
      timeZone: 'America/Chicago',
      schoolYear: options.schoolYear,
    });
  } catch (error) {
    if (!(error instanceof ApiRefused) || error.problem.status !== 409) throw error;
  }
  await client.put(districtPath(district, 'feeds', feed), { format: 'oneroster-csv', source: 'upload' });
}

async function syncFeed({ client, folder }: Demo, name: string, options: DistrictOptions): Promise<Sync> {
  const path = join(folder, name);
  await writeDistrict(options, path);
  const upload = await uploadFeed({ client, district, feed }, path);
  const { syncId } = await client.post<{ syncId: string }>(districtPath(district, 'syncs'), { feed, upload });
  const sync = await watchSync(client, district, syncId, () => {});
  if (sync.state !== 'applied') throw new Error(syncText(sync));
  return sync;
}

function summary({ createdAt, finishedAt, syncId, problems }: Sync): string {
  const seconds =
    finishedAt === undefined ? undefined : (Date.parse(finishedAt) - Date.parse(createdAt)) / 1000;
  const time = seconds === undefined ? '' : ` in ${seconds.toFixed(1)} s`;
  const found = problems === undefined ? 0 : problems.errors + problems.warnings;
  return `applied${time}${found === 0 ? '' : `, ${found} problems`} (sync ${syncId})`;
}

type Question = { about: string; user: string; resource: { type: string; id: string } };
type Answer = Question & Evaluation;

/** The first two are a teacher's: on a class of their own, and on one of somebody else. */
function questionsAbout(changes: readonly Change[]): Question[] {
  const lost = changes.find((change) => change.kind === 'teacher-lost-class');
  const handedOver = changes.find((change) => change.kind === 'class-changed-teacher');
  const administrator = changes.find((change) => change.kind === 'administrator-changed-school');
  const ask = (user: string, type: string, id: string, about: string): Question => ({
    about,
    user,
    resource: { type, id },
  });
  return [
    ...(lost === undefined ? [] : [ask(lost.userId, 'class', lost.classId, 'taught it, then left it')]),
    ...(lost === undefined || handedOver === undefined
      ? []
      : [ask(lost.userId, 'class', handedOver.classId, 'never taught it')]),
    ...(handedOver === undefined
      ? []
      : [
          ask(handedOver.from, 'class', handedOver.classId, 'handed it over'),
          ask(handedOver.to, 'class', handedOver.classId, 'took it over'),
        ]),
    ...(administrator === undefined
      ? []
      : [
          ask(administrator.userId, 'school', administrator.from, 'administrator, moved away'),
          ask(administrator.userId, 'school', administrator.to, 'administrator, moved here'),
        ]),
  ];
}

async function askAll({ client }: Demo, questions: readonly Question[]): Promise<Answer[]> {
  return Promise.all(
    questions.map(async (question) => {
      const evaluation = await client.post<Evaluation>('/access/v1/evaluation', {
        subject: { type: 'user', id: question.user },
        action: { name: permission },
        resource: question.resource,
        context: { district },
      });
      return { ...question, ...evaluation };
    }),
  );
}

const verdict = ({ decision }: Evaluation): string => (decision ? 'allowed' : 'denied');
const placeOf = ({ resource: { type, id } }: Question): string => `${type} ${id}`;

function answersText(answers: readonly Answer[]): string {
  return answers
    .map((answer) => {
      const { code, message, source } = answer.context.reason;
      const because = `${message}${source === undefined ? '' : ` [${source}]`}`;
      return `   ${answer.user} on ${placeOf(answer)}: ${verdict(answer)} (${code})\n     ${because}`;
    })
    .join('\n');
}

function comparison(before: readonly Answer[], after: readonly Answer[]): string {
  const rows = after.flatMap((now, index) => {
    const then = before[index];
    return then === undefined
      ? []
      : [
          [
            now.user,
            placeOf(now),
            now.about,
            `${verdict(then)} → ${verdict(now)} (${now.context.reason.code})`,
          ],
        ];
  });
  const why = after[0]?.context.reason.message ?? '';
  return indented(`${table(rows)}\nWhy the first is what it is now: ${why}`);
}

function storyOf(changes: readonly Change[]): string {
  const count = (kind: Change['kind']): number => changes.filter((change) => change.kind === kind).length;
  return (
    `${count('student-joined')} students joined, ${count('student-left')} left (suspended, never deleted: who comes back ` +
    `comes back whole),\n${count('student-changed-school')} changed school, ${count('person-renamed')} people have new ` +
    'names, and a few of the staff changed places:'
  );
}

const peopleShown = 4;

/** Staff only, by id: what a person gained and lost stands in the plan. */
async function rolesText({ client }: Demo, { syncId }: Sync): Promise<string> {
  const changed: PlanChange[] = [];
  const path = districtPath(district, 'syncs', syncId, 'plan');
  for await (const change of client.list<PlanChange>(path, { limit: 1000 })) {
    if (change.access !== undefined && change.access.length > 0) changed.push(change);
  }
  const staff = changed.filter(({ sourcedId }) => !/^(stu|enr)-/.test(sourcedId)).slice(0, peopleShown);
  const lines = staff.map(({ sourcedId, access = [] }) => {
    const effects = access.flatMap(({ system, gained, lost }) => [
      ...gained.map((role) => `+${system} ${role}`),
      ...lost.map((role) => `-${system} ${role}`),
    ]);
    return `   ${sourcedId}: ${effects.join(', ')}`;
  });
  return [`   Records whose change gives or takes roles, by the plan: ${changed.length}`, ...lines].join(
    '\n',
  );
}

function whereToLook(api: string, dataDir: string): string {
  const own = relative(process.cwd(), dataDir);
  const shown = own.startsWith('..') ? dataDir : own;
  const there = shown === '.rolebook' ? '' : ` --data-dir ${shown === '' ? '.' : shown}`;
  const [question] = questionsAbout([...generateDistrict({ students, seed, after: true }).changes()]);
  const explain = `${question?.user} ${permission} class:${question?.resource.id}`;
  return [
    'Look further:',
    `   ${api}/docs`,
    `   npx rolebook explain ${explain} --district ${district}${there}`,
    `   npx rolebook sync ${join(shown, 'demo', 'first.zip')} --feed ${feed} --district ${district} --wait${there}`,
    '   npx rolebook generate district --students 500 --dirty --out dirty && npx rolebook validate dirty',
  ].join('\n');
}

const indented = (text: string): string => text.replaceAll(/^/gm, '   ');
