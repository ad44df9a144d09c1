import { type Cell, cellOf, type Row } from '../catalogue.ts';
import { cellWords, conjunction } from '../condition-words.ts';
import type { Condition } from '../conditions.ts';
import { isSameData } from '../same-data.ts';
import { type CatalogueChange, countOf, type Holders, who } from './change.ts';

type Rows = { action: string; permission: string; before: Row | undefined; after: Row | undefined };

/** Who gains and loses what by the cells of one row. */
export function cellChanges(
  { action, permission, before, after }: Rows,
  roles: readonly string[],
  holders: Holders,
): CatalogueChange[] {
  return roles.flatMap((role) => {
    const told = compareCells(before && cellOf(before, role), after && cellOf(after, role), action);
    if (told === undefined) return [];
    const count = countOf(role, holders);
    return [
      {
        what: 'cell' as const,
        effect: told.effect,
        role,
        permission,
        ...(count === undefined ? {} : { holders: count }),
        sentence: `${who(role, holders)} ${told.words}`,
      },
    ];
  });
}

type Told = { effect: CatalogueChange['effect']; words: string };

export function compareCells(
  before: Cell | undefined,
  after: Cell | undefined,
  action: string,
): Told | undefined {
  if (isSameData(before, after) || (before === undefined && after === undefined)) return undefined;
  if (before === undefined)
    return { effect: 'gains', words: `gains ${action}${cellWords(after ?? 'allow')}` };
  if (after === undefined) return { effect: 'loses', words: `loses ${action}` };
  const [was, is] = [conditionsOf(before), conditionsOf(after)];
  const added = is.filter((one) => !was.some((other) => isSameData(one, other)));
  const removed = was.filter((one) => !is.some((other) => isSameData(one, other)));
  const effect = effectOf(added, removed, [before, after]);
  if (effect === undefined) return undefined;
  return { effect, words: `keeps ${action}, ${wordsOf(effect, added, removed, after)}` };
}

function wordsOf(
  effect: Told['effect'],
  added: readonly Condition[],
  removed: readonly Condition[],
  after: Cell,
): string {
  if (added.length > 0 && removed.length === 0) return `now only where ${conjunction(added)}`;
  if (removed.length > 0 && added.length === 0) {
    const left = conditionsOf(after).length === 0 ? '' : ` (still${cellWords(after)})`;
    return `no longer only where ${conjunction(removed)}${left}`;
  }
  if (added.length === 0)
    return effect === 'wider' ? 'now at the schools of the classes' : 'now at the classes alone';
  const now = effect === 'narrower' ? 'now only where' : 'now where';
  return `${now} ${conjunction(added)}, before where ${conjunction(removed)}`;
}

/** `undefined`: the same conditions in another order. */
function effectOf(
  added: readonly Condition[],
  removed: readonly Condition[],
  [before, after]: readonly [Cell, Cell],
): Told['effect'] | undefined {
  const [wasWithin, isWithin] = [isWithinSchools(before), isWithinSchools(after)];
  if (wasWithin !== isWithin) {
    if (added.length > 0 && isWithin) return 'changed';
    if (removed.length > 0 && !isWithin) return 'changed';
    return isWithin ? 'wider' : 'narrower';
  }
  if (added.length === 0 && removed.length === 0) return undefined;
  if (removed.length === 0) return 'narrower';
  if (added.length === 0) return 'wider';
  const [one, other] = [added[0], removed[0]];
  const isOnlyPair = added.length === 1 && removed.length === 1;
  return isOnlyPair && one && other ? effectOfValues(other, one) : 'changed';
}

/** Another list of values of the same property. */
function effectOfValues(before: Condition, after: Condition): Told['effect'] {
  if (before.kind !== 'propertyIn' || after.kind !== 'propertyIn' || before.property !== after.property)
    return 'changed';
  const keepsAbsent = after.orAbsent === true || before.orAbsent !== true;
  const gainsAbsent = before.orAbsent === true || after.orAbsent !== true;
  if (keepsAbsent && before.values.every((value) => after.values.includes(value))) return 'wider';
  return gainsAbsent && after.values.every((value) => before.values.includes(value)) ? 'narrower' : 'changed';
}

function isWithinSchools(cell: Cell): boolean {
  return cell !== 'allow' && 'within' in cell;
}

function conditionsOf(cell: Cell): readonly Condition[] {
  return cell === 'allow' ? [] : cell.when;
}
