import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type DistrictOptions, generateDistrict } from '../../cli/generate/district.ts';
import { openFeed } from '../../shared/feeds/open-feed.ts';
import { sortRoles } from '../../shared/roster/join-users.ts';
import { type Entity, entities, type UserFact, type UserRole } from '../../shared/roster/records.ts';
import { factsOf } from '../../shared/roster/user-facts.ts';
import { madeSource } from '../builders/feed-files.ts';
import { briefly, type ReadFeed, readAll } from '../builders/oneroster-feed.ts';
import { differences, type Roster } from './what-formats-say.ts';

/**
 * One with a school of each level, co-teachers, teachers and students at two schools, and parents who teach; and one with a single
 * school, whose teacher has a child there.
 */
const districts = [{ students: 1400, seed: 4 }, { students: 60 }] as const satisfies DistrictOptions[];
const include = { phones: true, demographics: true };

const sets = [
  ['oneroster-csv 1.2.1', { format: 'oneroster-csv', version: '1.2.1' }],
  ['oneroster-csv 1.2.0', { format: 'oneroster-csv', version: '1.2.0' }],
  ['oneroster-csv 1.1', { format: 'oneroster-csv', version: '1.1' }],
  ['oneroster-csv 1.0', { format: 'oneroster-csv', version: '1.0' }],
  ['clever-csv', { format: 'clever-csv' }],
  ['sds-csv 2.1', { format: 'sds-csv', version: '2.1' }],
  ['sds-csv 2', { format: 'sds-csv', version: '2' }],
  ['sds-csv 1', { format: 'sds-csv', version: '1' }],
  ['canvas-csv', { format: 'canvas-csv' }],
  ['sis-csv', { format: 'sis-csv' }],
] as const satisfies [string, Pick<DistrictOptions, 'format' | 'version'>][];

const sourcesOf = (options: DistrictOptions) =>
  generateDistrict(options).files.map(({ file, lines }) => madeSource(file, lines));

/** Records and parts joined as a sync joins them. */
function rosterIn({ records, rows }: ReadFeed): Roster {
  const roles = new Map<string, UserRole[]>();
  const agents = new Map<string, string[]>();
  const facts = new Map<string, UserFact[]>();
  const add = <T>(to: Map<string, T[]>, id: string, value: T) => to.set(id, [...(to.get(id) ?? []), value]);
  for (const row of rows) {
    if (row.kind === 'user-role') add(roles, row.userId, row.role);
    if (row.kind === 'user-agent') add(agents, row.userId, row.agentId);
    if (row.kind === 'user-fact') add(facts, row.userId, row.fact);
  }
  const of = <E extends Entity>(entity: E) =>
    // Of the entity that was asked for.
    records.filter((row) => row.entity === entity).map(({ record }) => record) as Roster[E];
  return {
    ...{ orgs: of('orgs'), academicSessions: of('academicSessions'), courses: of('courses') },
    ...{ classes: of('classes'), enrollments: of('enrollments') },
    users: of('users').map((user) => {
      const all = [...(user.agentIds ?? []), ...(agents.get(user.sourcedId) ?? [])];
      return {
        ...user,
        ...(all.length > 0 && { agentIds: [...new Set(all)].sort() }),
        roles: [...user.roles, ...(roles.get(user.sourcedId) ?? [])],
        ...factsOf(facts.get(user.sourcedId) ?? []),
      };
    }),
  };
}

/** By kind and id, lists in one order. */
function byId(roster: Roster, entity: Entity): Record<string, unknown> {
  const records = roster[entity].map((record) => {
    if (!('roles' in record)) return [record.sourcedId, record] as const;
    const agentIds = record.agentIds?.toSorted();
    return [
      record.sourcedId,
      { ...record, roles: sortRoles(record.roles), ...(agentIds && { agentIds }) },
    ] as const;
  });
  expect(new Set(records.map(([id]) => id)).size).toBe(records.length);
  return Object.fromEntries(records);
}

const wholeRoster = async (district: DistrictOptions): Promise<Roster> =>
  rosterIn(await readAll(sourcesOf({ ...district, version: '1.2.1' }), { include }));

describe.each(districts)('a district of $students students', (district) => {
  let whole: Roster;
  beforeAll(async () => {
    whole = await wholeRoster(district);
  });

  test.each(sets)('is the same roster in %s, but for what that cannot say', async (format, options) => {
    const sources = sourcesOf({ ...district, ...options });
    const opened = await openFeed(sources, { format: options.format });
    expect(opened.format).toBe(format);
    const read = await readAll(sources, { include, snapshot: true });
    // Of 1.0 the file of demographics has to be there, and may be empty.
    expect(briefly(read)).toEqual(
      format === 'oneroster-csv 1.0' ? ['warning demographics.csv nothing-to-report'] : [],
    );
    const expected = (differences[format] ?? []).reduce((roster, { of }) => of(roster), whole);
    const roster = rosterIn(read);
    for (const entity of entities) expect(byId(roster, entity)).toEqual(byId(expected, entity));
  });
});

test('every difference shows in one of the districts', async () => {
  const shown = new Set<string>();
  for (const district of districts) {
    const whole = await wholeRoster(district);
    for (const [format, list] of Object.entries(differences)) {
      let roster = whole;
      for (const { what, of } of list) {
        const next = of(roster);
        const differs = (entity: Entity) =>
          next[entity] !== roster[entity] && JSON.stringify(next[entity]) !== JSON.stringify(roster[entity]);
        if (entities.some(differs)) shown.add(`${format}: ${what}`);
        roster = next;
      }
    }
  }
  const listed = Object.entries(differences).flatMap(([format, list]) =>
    list.map(({ what }) => `${format}: ${what}`),
  );
  expect(listed.filter((one) => !shown.has(one))).toEqual([]);
});

test('docs/feeds/README.md lists what each format cannot say', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../docs/feeds/README.md'), 'utf8');
  for (const [format, list] of Object.entries(differences)) {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${format}\` |`));
    for (const { what } of list) expect(row).toContain(what);
  }
});
