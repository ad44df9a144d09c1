import type { Problem, RenamedRow } from './feed-reading.ts';
import type { Unclear } from './pair-up.ts';
import type { Entity } from './records.ts';
import { shownId } from './role-conflicts.ts';

/** How to say whose an id is, for whoever reads a problem. */
const say = 'say whose it is: PUT …/identities/{entity}/{feed}/{id}';

export function unclearRekey(entity: Entity, { own, ids }: Unclear): Problem {
  const shown = ids.slice(0, 10).map(shownId).join(', ');
  return {
    ...at(entity, own),
    code: 'rekey-unclear',
    severity: 'warning',
    message: `Of ${entity} ${shownId(own)} is gone and seems to be there by another id, which may be any of: ${shown}. None was taken for it.`,
    hint: `Look at these records, and ${say}. Else the old one goes its way and the new ones are new.`,
  };
}

export function anotherPerson(id: string): Problem {
  return {
    ...at('users', id),
    code: 'id-of-another-person',
    severity: 'error',
    message: `${shownId(id)} was one person's id and is another's in this feed: other name, other facts. The record and its enrollments stay as they were.`,
    hint: `Give the new person an id of their own at the source. If it is the same person after all, or a new one, ${say}.`,
  };
}

/** Two rows of a feed are one record of the roster. */
export function recordTwice(entity: Entity, { own, ids }: Unclear): Problem {
  return {
    ...at(entity, own),
    code: 'record-twice',
    severity: 'warning',
    message: `The feed has ${ids.map(shownId).join(' and ')}, which are one record of ${entity}: ${shownId(own)}. Its first row stands.`,
    hint: `Leave one of them out of the export. If they are two, ${say}.`,
  };
}

const refusals = {
  'rename-unknown': [
    'no record has the old id',
    'Name the id that the record had before, or leave the line out.',
  ],
  'rename-taken': ['another record has the new id', 'Rename that record first, or give another new id.'],
} as const;

export function refusedRename(code: keyof typeof refusals, row: RenamedRow): Problem {
  const [why, hint] = refusals[code];
  return {
    ...{ file: row.file, row: row.line, code, severity: 'error' },
    value: shownId(code === 'rename-unknown' ? row.from : row.to),
    message: `The line renames one of the ${row.entity}, and ${why}. It was left out.`,
    hint,
  };
}

function at(entity: Entity, id: string): Pick<Problem, 'file' | 'column' | 'value'> {
  return { file: `${entity}.csv`, column: 'sourcedId', value: shownId(id) };
}
