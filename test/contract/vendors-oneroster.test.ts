import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { briefly, readAll } from '../builders/oneroster-feed.ts';
import { pulledFiles } from '../builders/pulls.ts';
import { failure, pageOf, wholePaging } from '../vendors/oneroster-pages.ts';
import { answerSchema, statusInfoSchema } from '../vendors/oneroster-schemas.ts';
import { collectionNames, type Roster, rosterOf } from '../vendors/roster-district.ts';

const asked = (name: string, query = '') => {
  const url = new URL(`http://sis.test/ims/oneroster/${name}${query}`);
  return { method: 'GET', url, headers: {}, body: '' };
};

const answered = (roster: Roster, version: '1.1' | '1.2', name: string): unknown =>
  JSON.parse(pageOf({ roster, version, paging: wholePaging }, `/${name}`, asked(name, '?limit=5000')).body);

const rosters = {
  '1.1': rosterOf({ students: 60, version: '1.1' }, '2026-08-20T10:00:00.000Z'),
  '1.2': rosterOf({ students: 60, version: '1.2' }, '2026-08-20T10:00:00.000Z'),
};

describe('the stand-in of a OneRoster server', () => {
  for (const version of ['1.1', '1.2'] as const) {
    test.each(collectionNames)(`answers for %s as the standard has it in ${version}`, (name) => {
      const parsed = answerSchema(name, version).safeParse(answered(rosters[version], version, name));
      expect(parsed.error?.issues.slice(0, 3)).toBeUndefined();
    });
  }

  test.each([
    [400, 'invaliddata', '?limit=0'],
    [400, 'invaliddata', '?limit=1e2'],
    [400, 'invaliddata', '?limit=-1'],
    [400, 'invaliddata', '?offset=x'],
    [400, 'invalid_filter_field', "?filter=name='x'"],
    [404, 'unknownobject', undefined],
  ])('answers with %i and %s as the standard has it', (status, codeMinor, query) => {
    const serving = { roster: rosters['1.2'], version: '1.2' as const, paging: wholePaging };
    const answer = pageOf(serving, query === undefined ? '/pupils' : '/orgs', asked('orgs', query));
    expect([answer.status, answer.body]).toEqual([status, failure(status, codeMinor).body]);
    expect(statusInfoSchema.safeParse(JSON.parse(answer.body)).success).toBe(true);
  });
});

/** The standard's own document, which may not be copied here; a test with it needs its path. */
const document = process.env.ROLEBOOK_ONEROSTER_OPENAPI;

describe.skipIf(document === undefined)('the published OpenAPI document of 1.2', () => {
  type Components = Record<string, { [key: string]: unknown }>;
  const components = (): Components => {
    const { components } = JSON.parse(readFileSync(document ?? '', 'utf8')) as {
      components: { schemas: Components };
    };
    return components.schemas;
  };
  const of = (name: string) => {
    const text = JSON.stringify({ $ref: `#/$defs/${name}`, $defs: components() });
    return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
  };

  test.each([
    ['orgs', 'OrgSetDType'],
    ['academicSessions', 'AcademicSessionSetDType'],
    ['courses', 'CourseSetDType'],
    ['classes', 'ClassSetDType'],
    ['users', 'UserSetDType'],
    ['demographics', 'DemographicsSetDType'],
    ['enrollments', 'EnrollmentSetDType'],
  ])('fits what the stand-in answers for %s', (name, type) => {
    const body = answered(rosters['1.2'], '1.2', name);
    expect(of(type).safeParse(body).error?.issues.slice(0, 3)).toBeUndefined();
    // And would tell, were there something else in it.
    expect(of(type).safeParse({ ...Object(body), more: 1 }).success).toBe(false);
  });

  test('fits its errors', () => {
    expect(of('imsx_StatusInfoDType').safeParse(JSON.parse(failure(404, 'unknownobject').body)).success).toBe(
      true,
    );
  });
});

const data = resolve(import.meta.dirname, '../../../shared/data');
const fint = join(data, 'fint-oneroster-rest-provider/docs');
const descriptors = join(data, 'edfi-oneroster/seedData/descriptorMappings.jsonl');
const isThere = existsSync(fint);
if (!isThere && process.env.ROLEBOOK_REQUIRE_ALL === '1')
  throw new Error(`The public data sets are not at ${data}`);

describe.skipIf(!isThere)('FINT, OneRoster 1.1 over REST', () => {
  test('goes in whole, its real booleans and its people of one username with it', async () => {
    const lines: Record<string, string[]> = {};
    for (const name of readdirSync(fint)) {
      // Each document is one answer: an envelope with one list.
      const body = JSON.parse(readFileSync(join(fint, name), 'utf8')) as Record<string, unknown[]>;
      for (const [collection, items] of Object.entries(body))
        lines[collection] = items.map((one) => JSON.stringify(one));
    }
    const ids = (text: string) => [...text.matchAll(/^ {12}"sourcedId": "([^"]+)"/gm)].map(([, id]) => id);
    const counted = readdirSync(fint).flatMap((name) => ids(readFileSync(join(fint, name), 'utf8')));
    const read = await readAll(pulledFiles('oneroster-rest', lines));
    expect(Object.keys(lines)).toHaveLength(6);
    expect(read.records.map(({ sourcedId }) => sourcedId).sort()).toEqual(counted.sort());
    expect(read.files.map(({ rows, rejected }) => [rows, rejected])).toEqual(
      read.files.map(({ rows }) => [rows, 0]),
    );
    expect(read.files.reduce((sum, { rows }) => sum + rows, 0)).toBe(13);
    expect(briefly(read)).toEqual([]);
    const user = read.records.find(({ entity }) => entity === 'users')?.record;
    expect(user).toMatchObject({ enabledUser: true, roles: [{ role: 'student', orgId: '11004' }] });
  });
});

describe.skipIf(!existsSync(descriptors))(
  'Ed-Fi, whose descriptors its server turns into words of OneRoster',
  () => {
    const rows = () =>
      readFileSync(descriptors, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) =>
          z.object({ mappedNamespace: z.string(), mappedValue: z.string() }).parse(JSON.parse(line)),
        );
    const wordsOf = (descriptor: string) => [
      ...new Set(
        rows().flatMap((row) => (row.mappedNamespace.endsWith(descriptor) ? [row.mappedValue] : [])),
      ),
    ];
    const lines = (items: object[]) => items.map((one) => JSON.stringify(one));
    const orgs = lines([{ sourcedId: 's1', name: 'S', type: 'school' }]);

    test('gives roles that are understood, but for those that it marks as unknown itself', async () => {
      const roles = wordsOf('StaffClassificationDescriptor');
      const users = lines(
        roles.map((role, at) => ({
          ...{
            sourcedId: `u${at}`,
            enabledUser: 'true',
            username: `u${at}`,
            givenName: 'A',
            familyName: 'B',
          },
          roles: [{ roleType: 'primary', role, org: { sourcedId: 's1' } }],
        })),
      );
      const read = await readAll(pulledFiles('oneroster-rest', { orgs, users }));
      expect(roles).toContain('?');
      expect(read.rows.flatMap((row) => (row.kind === 'user-role' ? row.role.role : []))).toEqual(
        roles.filter((role) => role !== '?'),
      );
      expect(briefly(read)).toEqual([`error users.jsonl:${roles.indexOf('?') + 1} role unknown-value`]);
    });

    test('gives sessions that are understood', async () => {
      const types = wordsOf('TermDescriptor');
      const academicSessions = lines(
        types.map((type) => ({
          ...{
            sourcedId: type,
            title: type,
            type,
            startDate: '2026-08-01',
            endDate: '2027-07-01',
            schoolYear: '2027',
          },
        })),
      );
      const read = await readAll(pulledFiles('oneroster-rest', { orgs, academicSessions }));
      expect(briefly(read)).toEqual([]);
      expect(read.records).toHaveLength(types.length + 1);
    });
  },
);
