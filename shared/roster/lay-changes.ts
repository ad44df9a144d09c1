import type { Problem } from './feed-reading.ts';
import type { Entity } from './records.ts';
import type { StateLine } from './state.ts';

/** Where rows of changes come to lie. */
export type Beneath = {
  entity: Entity;
  /** The committed lines of the partition, by id. */
  before: ReadonlyMap<string, StateLine>;
  /** What the feed itself says of a committed record, without edits. */
  own(line: StateLine): string;
  /** When the sync began, ISO 8601. */
  at: string;
  /** Told what was not taken. */
  tell(problem: Problem): void;
};

/**
 * Rows as a full feed would have them: those of changes become whole records, those of a full file stay. Of several changes of
 * one record the newest counts; one that is older than what the roster has already is left out, and so is a removal of what nobody has.
 */
export function* layChanges(rows: Iterable<StateLine>, beneath: Beneath): Generator<StateLine> {
  const newest = new Map<string, StateLine>();
  for (const row of rows) {
    if (row.modified === undefined) {
      yield row;
      continue;
    }
    const other = newest.get(row.id);
    if (other?.modified === row.modified) {
      if (other.status !== row.status || other.json !== row.json) beneath.tell(twiceAtOnce(beneath, row));
    } else if (other?.modified === undefined || other.modified < row.modified) newest.set(row.id, row);
  }
  for (const row of newest.values()) {
    const line = layOne(row, beneath);
    if (line !== undefined) yield line;
  }
}

function layOne(row: StateLine, beneath: Beneath): StateLine | undefined {
  const before = beneath.before.get(row.id);
  const { modified = beneath.at } = row;
  if (before?.modified !== undefined && modified < before.modified) {
    beneath.tell(stale(beneath, row, before.modified));
    return undefined;
  }
  // A clock that is ahead must not make the changes of the days to come look old.
  const line = modified > beneath.at ? { ...row, modified: beneath.at } : row;
  if (row.status !== 'tobedeleted') return line;
  if (before !== undefined) return { ...line, json: beneath.own(before) };
  beneath.tell(neverSeen(beneath, row));
  return undefined;
}

type Words = Pick<Problem, 'column' | 'code' | 'message' | 'hint'>;

function about({ entity }: Beneath, { id }: StateLine, words: Words): Problem {
  return { file: `${entity}.csv`, severity: 'warning', value: id, ...words };
}

function stale(beneath: Beneath, row: StateLine, known: string): Problem {
  return about(beneath, row, {
    column: 'dateLastModified',
    code: 'stale-row',
    message: `The row of ${row.id} is of ${row.modified}; the roster has a change of ${known} already, which stands.`,
    hint: 'Nothing to do if an older file came late. Else correct the time of the change.',
  });
}

function neverSeen(beneath: Beneath, row: StateLine): Problem {
  return about(beneath, row, {
    column: 'status',
    code: 'unknown-tobedeleted',
    message: `${row.id} is tobedeleted, but the roster never had it.`,
    hint: 'Nothing to do if it came and went between two exports. Else send all files in full once.',
  });
}

function twiceAtOnce(beneath: Beneath, row: StateLine): Problem {
  return {
    ...about(beneath, row, {
      column: 'dateLastModified',
      code: 'duplicate-id',
      message: `${row.id} has two rows with the same dateLastModified that say different things; the first was kept.`,
      hint: 'Give each change the time when it was made, or send only the last one.',
    }),
    severity: 'error',
  };
}
