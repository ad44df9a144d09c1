import type { Aliases } from './aliases.ts';
import type { Candidate } from './pair-up.ts';
import { rowsFile } from './read-feed.ts';
import type { ClassRecord, Enrollment } from './records.ts';
import type { Taught } from './same-record.ts';
import { isAsBefore, type Sorting } from './sort-out.ts';
import { readLines, type StateLine } from './state.ts';

type Reading = Pick<Sorting, 'state' | 'snapshot' | 'workspace'> & { pending: Pick<Aliases, 'own'> };
type Members = { teachers: Set<string>; members: Set<string> };

/** Who is in some classes: in those that are gone by the committed roster, in those that are new by the feed. By own ids. */
export class Memberships {
  readonly #own: ReadonlyMap<string, Members>;
  readonly #fed: ReadonlyMap<string, Members>;

  constructor({ own, fed }: Record<'own' | 'fed', readonly Candidate<ClassRecord>[]>) {
    const none = (of: readonly Candidate<ClassRecord>[]) =>
      new Map(of.map(({ id }): [string, Members] => [id, { teachers: new Set(), members: new Set() }]));
    this.#own = none(own);
    this.#fed = none(fed);
  }

  /** Enrollments of a class whose id has changed have changed too: partitions that have not are not read. */
  async read(at: Reading): Promise<void> {
    const { state, snapshot, workspace, pending } = at;
    const { partitions } = snapshot.spills.enrollments;
    for (let partition = 0; partition < partitions; partition++) {
      if (isAsBefore(at, 'enrollments', partition)) continue;
      for (const line of await state.lines('enrollments', partition, partitions)) {
        if (line.status === 'active') note(this.#own, line, (id) => id);
      }
      const rows = readLines(await workspace.read(rowsFile('enrollments', partition)));
      for (const line of rows) note(this.#fed, line, (id) => pending.own('users', id));
    }
  }

  own(id: string, record: ClassRecord): Taught {
    return taught(this.#own, id, record);
  }

  fed(id: string, record: ClassRecord): Taught {
    return taught(this.#fed, id, record);
  }
}

function note(of: ReadonlyMap<string, Members>, { json }: StateLine, own: (id: string) => string): void {
  // Lines of this entity hold its records.
  const { classId, userId, role } = JSON.parse(json) as Enrollment;
  const members = of.get(classId);
  if (members === undefined) return;
  members.members.add(own(userId));
  if (role === 'teacher') members.teachers.add(own(userId));
}

function taught(of: ReadonlyMap<string, Members>, id: string, record: ClassRecord): Taught {
  return { record, ...(of.get(id) ?? { teachers: new Set(), members: new Set() }) };
}
