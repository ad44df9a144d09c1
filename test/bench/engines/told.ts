import type { Catalogue, Cell } from '../../../shared/access/catalogue.ts';
import type { Condition } from '../../../shared/access/conditions.ts';
import type { Assignment, Person } from '../../../shared/access/facts.ts';
import { district } from './district.ts';

/**
 * What one cell gives one holder, told plainly for engines that know neither catalogues nor our conditions. `classIds`: only these
 * classes and their students. `platforms`: only with one of these; `undefined` in it = none named.
 */
export type Told = {
  permission: string;
  types: readonly string[];
  scope: Assignment['scope'];
  classIds?: string[];
  platforms?: (string | undefined)[];
};

/** Everything that the person's assignments give; cells with a setting that is off give nothing. */
export function toldOf(catalogue: Catalogue, person: Person): Told[] {
  return (person.roster?.assignments ?? []).flatMap(({ role, scope }) =>
    catalogue.rows.flatMap((row) => {
      const cell = row.cells[role];
      const limits = cell === undefined ? undefined : limitsOf(cell, person);
      return limits === undefined
        ? []
        : [{ permission: row.permission, types: row.resources, scope, ...limits }];
    }),
  );
}

type Limits = Pick<Told, 'classIds' | 'platforms'>;

/** `undefined` where a condition can't hold. */
function limitsOf(cell: Cell, person: Person): Limits | undefined {
  let limits: Limits | undefined = {};
  for (const condition of cell === 'allow' ? [] : cell.when) {
    const more = limitOf(condition, person);
    limits = more === undefined || limits === undefined ? undefined : { ...limits, ...more };
  }
  return limits;
}

function limitOf(condition: Condition, person: Person): Limits | undefined {
  switch (condition.kind) {
    case 'granted':
      return Object.hasOwn(district.settings, condition.setting) ? {} : undefined;
    case 'propertyIn':
      return { platforms: [...condition.values, ...(condition.orAbsent === true ? [undefined] : [])] };
    case 'assignedClass':
      return { classIds: (person.roster?.memberships ?? []).map(({ classId }) => classId) };
    default:
      throw new Error(`No other engine was told of ${condition.kind}`);
  }
}
