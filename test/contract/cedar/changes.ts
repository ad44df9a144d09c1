import type { Catalogue, Role, Row } from '../../../shared/access/catalogue.ts';
import type { Condition } from '../../../shared/access/conditions.ts';
import { askedAbout, invited, namedUsers, rolesAndSeats, settings, statuses } from './changes-of-people.ts';
import { ends, rows, teaching } from './changes-of-places.ts';
import { newStudents, nextReach, reach, students } from './changes-of-reach.ts';
import {
  associations,
  carried,
  content,
  found,
  logins,
  mail,
  owners,
  pages,
  profiles,
  records,
} from './changes-of-records.ts';
import { type Change, choices } from './scenes.ts';

/**
 * What can be otherwise for a condition, by dimension. The first change of each is the one where the condition holds; a scene
 * that nothing else is changed in has the first of all.
 */
export type Dimensions = Map<string, Change[]>;

/** Values that the documents know and no shipped cell names. */
export const vocabulary: Readonly<Record<string, readonly string[]>> = {
  platform: ['Ed', 'Flight', 'NWEA', 'TC', 'HMO'],
  benchmark: ['1', '2', '3'],
};

/** Of a whole row, or of what binds one role in it. */
export function dimensionsOf(catalogue: Catalogue, row: Row, role?: Role): Dimensions {
  const cells = Object.entries(row.cells).filter(([id]) => role === undefined || id === role.id);
  const conditions = [
    ...cells.flatMap(([, cell]) => (cell === 'allow' ? [] : cell.when)),
    ...(row.rules ?? []).map(({ must }) => must),
    ...(row.open?.when ?? []),
  ];
  const dimensions: Dimensions = new Map();
  const isCalculated = cells.some(([id]) =>
    catalogue.roles.some((one) => one.id === id && one.calculated !== undefined),
  );
  if (isCalculated) dimensions.set('records', records());
  if (cells.some(([, cell]) => cell !== 'allow' && 'within' in cell)) dimensions.set('teaching', teaching);
  for (const condition of conditions) {
    for (const [name, changes] of dimensionsFor(condition, catalogue)) {
      if (!dimensions.has(name)) dimensions.set(name, changes);
    }
  }
  return dimensions;
}

function dimensionsFor(condition: Condition, catalogue: Catalogue): (readonly [string, Change[]])[] {
  const roleIds = catalogue.roles.map(({ id }) => id);
  switch (condition.kind) {
    case 'propertyIn':
      return [[`property ${condition.property}`, valuesOf(condition.property, condition.values, catalogue)]];
    case 'assignedClass':
      return [['teaching', teaching]];
    case 'granted':
      return [[`setting ${condition.setting}`, settings(condition.setting, catalogue)]];
    case 'ownAccount':
    case 'holdsOnly':
    case 'editedNoWider':
      return [['asked', askedAbout(catalogue)]];
    case 'invited':
      return [['invitation', [invited([catalogue.system]), invited([]), invited(['other'])]]];
    case 'inactive':
      return [['status', statuses]];
    case 'madeNoWider':
    case 'oneAtATime':
      return [
        ['property accountType', choices('accountType', ['teacher', ...roleIds, 'none', undefined, 7])],
        ['property count', choices('count', [undefined, 1, 2, 0, '1', 1.5, null])],
      ];
    case 'namedUserInScope':
      return [[`property ${condition.property}`, namedUsers(condition.property, catalogue)]];
    case 'rowsInside':
      return [['rows', rows], ...(condition.assignedClasses ? [['teaching', teaching] as const] : [])];
    case 'staffRowsOnly':
      return [['rows', rows]];
    case 'endsInside':
      return [['ends', ends], ...(condition.assignedClasses ? [['teaching', teaching] as const] : [])];
    case 'movedFromThere':
      return [['ends', ends]];
    case 'studentsInReach':
      return [
        ['reach', reach(catalogue.system)],
        ['students', students],
      ];
    case 'newStudentInReach':
      return [
        ['reach', reach(catalogue.system)],
        ['new', newStudents],
      ];
    case 'reachNotWidened':
      return [
        ['reach', reach(catalogue.system)],
        ['next', nextReach],
      ];
    case 'seatFree':
    case 'seatTaken':
    case 'assignable':
      return [['role', rolesAndSeats(catalogue)]];
    case 'login':
      return [
        ['login', logins],
        ['asked', askedAbout(catalogue)],
      ];
    case 'loginsFound':
      return [['found', found(condition)]];
    case 'mailOfProfile':
      return [['mail', mail]];
    case 'recordOf':
      return [['records', records()]];
    case 'attributeOfContent':
      return [['content', content]];
    case 'roleOfPage':
      return [
        ['page', pages(catalogue)],
        ['records', records()],
      ];
    case 'staff':
      return [
        ['profile', profiles],
        ['associated', associations],
      ];
    case 'associated':
    case 'inAssociatedSchool':
      return [['associated', associations]];
    case 'mayCarry':
      return [[`carried ${condition.property}`, carried(catalogue, condition)]];
    case 'ownerOrCopy':
      return [['owner', owners]];
    case 'propertyOfSubject':
    case 'anyOf':
      throw new Error(`No shipped catalogue has ${condition.kind}`);
    default:
      return condition satisfies never;
  }
}

function valuesOf(name: string, holding: readonly string[], catalogue: Catalogue): Change[] {
  const text = JSON.stringify(catalogue);
  const named = [...text.matchAll(/"property":"([^"]+)"[^}]*?"values":\[([^\]]*)\]/g)].flatMap(
    ([, which, list = '']) =>
      which === name ? [...list.matchAll(/"([^"]+)"/g)].map(([, value = '']) => value) : [],
  );
  const roles = name === 'accountType' ? catalogue.roles.map(({ id }) => id) : [];
  const values = [...new Set([...holding, ...named, ...(vocabulary[name] ?? []), ...roles])];
  const numbers = values.filter((value) => /^\d+$/.test(value)).map(Number);
  return choices(name, [...values, ...numbers, 'none', undefined, null, true]);
}
