import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ByteSource } from '../../shared/feeds/byte-source.ts';
import { sortRoles } from '../../shared/roster/join-users.ts';
import { type Entity, entities, type User } from '../../shared/roster/records.ts';
import { memorySource } from './feed-files.ts';
import type { ReadFeed } from './oneroster-feed.ts';

/** A folder `input/*.csv` with what becomes of it. Ids are all there are; of a record only what is named is compared. */
export type FeedCase = {
  name: string;
  /** Text by file name. */
  input: Record<string, string>;
  expected: {
    /** Why the case exists. */
    why: string;
    options?: { include?: { phones?: boolean; demographics?: boolean }; snapshot?: boolean };
    /** `error students.csv:3 Student_id duplicate-id`, sorted. */
    problems: string[];
    /** Fields by id; `roles` and `agents` as words: `teacher@s1`. */
    roster: Partial<Record<Entity, Record<string, Record<string, unknown>>>>;
  };
};

export function feedCases(folder: string): FeedCase[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'expected.json')))
    .map((name) => ({
      name,
      input: Object.fromEntries(
        readdirSync(join(folder, name, 'input')).map((file) => [
          file,
          readFileSync(join(folder, name, 'input', file), 'utf8'),
        ]),
      ),
      // Written by hand in this shape.
      expected: JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as FeedCase['expected'],
    }));
}

type Roster = Record<Entity, Record<string, Record<string, unknown>>>;

/** Records by id, users with their parts; what is to be deleted says so. */
export function rosterOf({ rows }: Pick<ReadFeed, 'rows'>): Roster {
  const users = new Map<string, Pick<User, 'roles'> & { agents: Set<string>; demographics: object }>();
  const partsOf = (id: string) => {
    const parts = users.get(id) ?? { roles: [], agents: new Set<string>(), demographics: {} };
    users.set(id, parts);
    return parts;
  };
  for (const row of rows) {
    if (row.kind === 'user-role') partsOf(row.userId).roles.push(row.role);
    else if (row.kind === 'user-agent') partsOf(row.userId).agents.add(row.agentId);
    else if (row.kind === 'user-demographics') partsOf(row.userId).demographics = row.demographics;
  }
  const roster = Object.fromEntries(entities.map((entity) => [entity, {}])) as Roster;
  for (const row of rows) {
    if (row.kind !== 'record') continue;
    const { sourcedId, ...fields } = row.record;
    const status = row.status === 'active' ? {} : { status: row.status };
    const parts = row.entity === 'users' ? userParts(partsOf(sourcedId)) : {};
    roster[row.entity][sourcedId] = { ...fields, ...status, ...parts };
  }
  return roster;
}

function userParts({
  roles,
  agents,
  demographics,
}: Pick<User, 'roles'> & { agents: Set<string>; demographics: object }) {
  return {
    roles: sortRoles(roles).map(
      ({ role, orgId, roleType }) => `${role}@${orgId}${roleType === 'primary' ? '' : ' (secondary)'}`,
    ),
    ...(agents.size > 0 && { agents: [...agents].sort() }),
    ...(Object.keys(demographics).length > 0 && { demographics }),
  };
}

/** The same files with the same rows in another order. No cell may hold a line end. */
export function shuffled(texts: FeedCase['input']): fc.Arbitrary<ByteSource[]> {
  const files = Object.entries(texts).map(([name, text]) => {
    const [header = '', ...rows] = text.split('\n').filter((line) => line !== '');
    return fc
      .shuffledSubarray(rows, { minLength: rows.length })
      .map((lines) => memorySource(name, [header, ...lines, ''].join('\n')));
  });
  return fc.tuple(...files);
}

export function sourcesOfCase({ input }: Pick<FeedCase, 'input'>): ByteSource[] {
  return Object.entries(input).map(([name, text]) => memorySource(name, text));
}
