import type { ManualRecord, Override } from './edits.ts';
import type { Problem } from './feed-reading.ts';

function shown(id: string): string {
  return id.length <= 64 ? id : `${id.slice(0, 63)}…`;
}

export function keptProblem({ entity, sourcedId, field, owner, until }: Override): Problem {
  return {
    file: `${entity}.csv`,
    column: field,
    code: 'override-kept',
    severity: 'warning',
    value: shown(sourcedId),
    message: `The feed has another ${field} for ${shown(sourcedId)} than ${owner} wrote: what was written by hand stands${until === undefined ? '' : ` until ${until}`}.`,
    hint: 'Release the edit if the feed is right; else put it right in the student information system.',
  };
}

export function adoptedProblem({ entity, sourcedId, owner }: ManualRecord): Problem {
  return {
    file: `${entity}.csv`,
    code: 'manual-record-adopted',
    severity: 'warning',
    value: shown(sourcedId),
    message: `The feed has ${shown(sourcedId)} now, which ${owner} had made by hand: the record is the feed's from here on.`,
    hint: 'Nothing has to be done. To keep a value that was written by hand, override that field.',
  };
}
