import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { startFauxqs } from '../../infra/local/engines/fauxqs.ts';
import type { Person } from '../../shared/access/facts.ts';
import { putManifest, putPartition } from '../../shared/roster/committed-state.ts';
import type { ClassRecord, Org, User } from '../../shared/roster/records.ts';
import type { StateLine } from '../../shared/roster/state.ts';
import type { Objects } from '../../shared/roster/sync-stores.ts';
import { clientsOf } from '../contract/engines/clients.ts';
import { aPerson, enrolled } from './access-facts.ts';

/** A school, its classes and its people, as records of the roster and as the facts of checks. */
export type ReportSchool = { org: Org; classes: ClassRecord[]; users: User[]; people: Person[] };

/** `students` spread over ten classes; one teacher a class, `<school>-t<n>`. Grades 9 to 12 in turn. */
export function aReportSchool(school: string, students: number): ReportSchool {
  const classes = Array.from({ length: 10 }, (_, at) => ({
    sourcedId: `${school}-c${at}`,
    title: `Class ${at} of ${school}`,
    classType: 'scheduled',
    schoolId: school,
  }));
  const made = Array.from({ length: students }, (_, at) =>
    aStudent(school, at, classes[at % 10]?.sourcedId ?? ''),
  );
  const taught = classes.map(({ sourcedId }, at) => aTeacherOf(school, at, sourcedId));
  return {
    org: { sourcedId: school, name: `School ${school}`, type: 'school', parentId: 'd' },
    classes,
    users: [...made, ...taught].map(({ user }) => user),
    people: [...made, ...taught].map(({ person }) => person),
  };
}

const names = ['Ada', 'Zoë', 'Łukasz', 'محمد', '李', '=cmd()', '-1', 'Ngũgĩ', 'O"Neil', 'Renée'];

function aStudent(school: string, at: number, classId: string): { user: User; person: Person } {
  const id = `${school}-p${at}`;
  const grade = String(9 + (at % 4));
  return {
    user: {
      sourcedId: id,
      enabledUser: true,
      username: `${id}@example.org`,
      givenName: names[at % names.length] ?? '',
      familyName: `Family ${at}`,
      grades: [grade],
      roles: [{ roleType: 'primary', role: 'student', orgId: school }],
    },
    person: aPerson(id, {
      orgIds: [school],
      student: true,
      grades: [grade],
      memberships: [enrolled(classId, 'student', { schoolId: school })],
    }),
  };
}

function aTeacherOf(school: string, at: number, classId: string): { user: User; person: Person } {
  const id = `${school}-t${at}`;
  return {
    user: {
      sourcedId: id,
      enabledUser: true,
      username: `${id}@example.org`,
      givenName: 'Tina',
      familyName: `Teacher ${at}`,
      roles: [{ roleType: 'primary', role: 'teacher', orgId: school }],
    },
    person: aPerson(id, {
      orgIds: [school],
      memberships: [enrolled(classId, 'teacher', { schoolId: school })],
      assignments: [
        {
          id: `${id}-hmh`,
          system: 'hmh',
          role: 'teacher',
          scope: { type: 'school', ids: [school] },
          source: 'roster',
          rule: 'hmh-teachers',
        },
        {
          id: `${id}-imath`,
          system: 'imath',
          role: 'teacher',
          scope: { type: 'school', ids: [school] },
          source: 'roster',
          rule: 'imath-teachers',
        },
      ],
    }),
  };
}

/** Puts the state of these schools below a district `d`, and returns its manifest. */
export async function putReportState(
  objects: Objects,
  district: string,
  schools: readonly ReportSchool[],
): Promise<string> {
  const line = (record: { sourcedId: string }): StateLine => ({
    status: 'active',
    id: record.sourcedId,
    json: JSON.stringify(record),
  });
  const put = async (kind: 'orgs' | 'classes' | 'users', records: readonly { sourcedId: string }[]) => {
    const lines = records.map(line).sort((a, b) => (a.id < b.id ? -1 : 1));
    return [await putPartition(objects, district, kind, lines)];
  };
  const top: Org = { sourcedId: 'd', name: 'The district', type: 'district' };
  const kinds = {
    orgs: await put('orgs', [top, ...schools.map(({ org }) => org)]),
    classes: await put(
      'classes',
      schools.flatMap(({ classes }) => classes),
    ),
    users: await put(
      'users',
      schools.flatMap(({ users }) => users),
    ),
  };
  return putManifest(objects, { district, derivation: '', kinds });
}

export type TestBucket = {
  endpoint: string;
  s3: S3Client;
  text(key: string): Promise<string | undefined>;
  bytes(key: string): Promise<Buffer | undefined>;
  keys(): Promise<string[]>;
  stop(): Promise<void>;
};

/** An engine of S3 of one's own, with one bucket. */
export async function startBucket(bucket: string): Promise<TestBucket> {
  const directory = await mkdtemp(join(tmpdir(), 'rolebook-reports-'));
  const engine = await startFauxqs(directory, () => undefined);
  const { s3 } = clientsOf(engine.endpoint);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const bytes = async (key: string) => {
    const found = await s3
      .send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      .catch((error: Error) => (error.name === 'NoSuchKey' ? undefined : Promise.reject(error)));
    return found?.Body === undefined ? undefined : Buffer.from(await found.Body.transformToByteArray());
  };
  return {
    endpoint: engine.endpoint,
    s3,
    bytes,
    text: async (key) => (await bytes(key))?.toString('utf8'),
    async keys() {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.flatMap(({ Key }) => Key ?? []);
    },
    async stop() {
      s3.destroy();
      await engine.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
