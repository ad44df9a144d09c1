import type { FeedRow, OpenFeed } from '../../shared/roster/feed-reading.ts';
import { type Entity, entities, type RecordOf } from '../../shared/roster/records.ts';
import type { Random } from './schedule.ts';

/** A tiny roster: enough for moves between classes and schools, leavers, newcomers and people who return. */
export type TinyRoster = { [E in Entity]: Map<string, RecordOf[E]> };

const schools = ['s1', 's2'];

export function randomRoster(random: Random): TinyRoster {
  const roster: TinyRoster = {
    orgs: new Map([['d', { sourcedId: 'd', name: 'District', type: 'district' }]]),
    academicSessions: new Map(),
    courses: new Map(),
    classes: new Map(),
    users: new Map(),
    enrollments: new Map(),
  };
  const pick = (ids: string[]) => ids[random.below(ids.length)] ?? '';
  for (const id of schools) roster.orgs.set(id, { sourcedId: id, name: id, type: 'school', parentId: 'd' });
  for (const id of ['c1', 'c2', 'c3']) {
    if (random.chance(0.2)) continue;
    roster.classes.set(id, {
      sourcedId: id,
      title: `${id} ${random.below(2)}`,
      classType: 'scheduled',
      schoolId: pick(schools),
    });
  }
  for (const id of ['u1', 'u2', 'u3', 'u4', 'u5']) {
    if (random.chance(0.25)) continue;
    roster.users.set(id, {
      sourcedId: id,
      enabledUser: random.chance(0.9),
      givenName: id,
      familyName: String(random.below(2)),
      roles: [
        { roleType: 'primary', role: random.chance(0.5) ? 'teacher' : 'student', orgId: pick(schools) },
      ],
    });
  }
  for (const id of ['e1', 'e2', 'e3', 'e4']) {
    const classes = [...roster.classes.keys()];
    const users = [...roster.users.keys()];
    if (random.chance(0.2) || classes.length === 0 || users.length === 0) continue;
    const classId = pick(classes);
    roster.enrollments.set(id, {
      sourcedId: id,
      classId,
      schoolId: roster.classes.get(classId)?.schoolId ?? '',
      userId: pick(users),
      role: random.chance(0.5) ? 'teacher' : 'student',
    });
  }
  return roster;
}

export function openRoster(roster: TinyRoster): OpenFeed {
  async function* rows(): AsyncGenerator<FeedRow> {
    for (const entity of entities) {
      for (const [sourcedId, record] of roster[entity]) {
        // The map of an entity holds that entity's records.
        yield {
          kind: 'record',
          entity,
          file: `${entity}.csv`,
          line: 2,
          sourcedId,
          status: 'active',
          record,
        } as FeedRow;
      }
    }
  }
  return { format: 'test', complete: new Set(entities), reads: [], bytes: {}, rows: rows() };
}

/** Changes of a roster: records as they are now, and ids of those that are gone, all of one instant. */
export type RosterChanges = {
  records: { [E in Entity]?: readonly RecordOf[E][] };
  gone: Partial<Record<Entity, readonly string[]>>;
  modified: string;
};

/** As a feed whose files are all of changes. */
export function openChanges({ records, gone, modified }: RosterChanges): OpenFeed {
  async function* rows(): AsyncGenerator<FeedRow> {
    for (const entity of entities) {
      const at = { entity, file: `${entity}.csv`, line: 2, modified };
      for (const record of records[entity] ?? []) {
        const { sourcedId } = record;
        // The records of an entity are that entity's.
        yield { kind: 'record', ...at, sourcedId, status: 'active', record } as FeedRow;
      }
      for (const sourcedId of gone[entity] ?? []) yield { kind: 'removal', ...at, sourcedId };
      const counts = { rows: 0, accepted: 0, rejected: 0, columns: [], otherColumns: [] };
      yield { kind: 'file', entity, file: at.file, mode: 'delta', ...counts };
    }
  }
  return { format: 'test', complete: new Set(), parts: {}, reads: [], bytes: {}, rows: rows() };
}
