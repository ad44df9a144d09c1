import type { Catalogue, Cell, Row } from '../catalogue.ts';
import type { Condition } from '../conditions.ts';

/**
 * What a request has to say beside its subject and resource, per action: the parts of its context, by the conditions of its
 * row. `texts`: names of `context.properties`. `named`: entity types of what properties name. `found`: properties whose
 * number of users was looked up.
 */
export type Asked = {
  texts: string[];
  named: ReadonlyMap<string, string>;
  found: string[];
  /** Other attributes of the context, from {@link contextFields}. */
  fields: ContextField[];
};

/** Types in the schema; `?` marks what may be absent. */
export const contextFields = {
  count: 'count?: Long',
  role: 'role?: String',
  straddles: 'straddles: Bool',
  rows: 'rows?: Rows',
  from: 'from?: Place',
  to: 'to?: Place',
  students: 'students?: { reached: Bool }',
  newStudent: 'newStudent?: { levels: Set<AccountLevel>, tags: Set<AccountTag> }',
  next: 'next?: { levels: Set<AccountLevel>, tags: Set<AccountTag>, whole: Set<Org> }',
  addressDigest: 'addressDigest?: String',
  attribute: 'attribute?: String',
  year: 'year?: String',
} as const;
export type ContextField = keyof typeof contextFields;

type Need = { texts?: string[]; named?: [string, string][]; found?: string[]; fields?: ContextField[] };

export function askedBy(row: Row): Asked {
  const needs = conditionsOf(row).map(needOf);
  return {
    texts: [...new Set(needs.flatMap(({ texts = [] }) => texts))],
    named: new Map(needs.flatMap(({ named = [] }) => named)),
    found: [...new Set(needs.flatMap(({ found = [] }) => found))],
    fields: [...new Set(needs.flatMap(({ fields = [] }) => fields))],
  };
}

function conditionsOf(row: Row): Condition[] {
  return [
    ...Object.values(row.cells).flatMap(whenOf),
    ...(row.rules ?? []).map(({ must }) => must),
    ...(row.open?.when ?? []),
  ];
}

export function whenOf(cell: Cell): readonly Condition[] {
  return cell === 'allow' ? [] : cell.when;
}

function needOf(condition: Condition): Need {
  switch (condition.kind) {
    case 'propertyIn':
      return { texts: [condition.property] };
    case 'madeNoWider':
      return { texts: ['accountType'] };
    case 'editedNoWider':
      return { fields: ['straddles'] };
    case 'oneAtATime':
      return { texts: ['accountType'], fields: ['count'] };
    case 'namedUserInScope':
      return { texts: [condition.property], named: [[condition.property, 'User']] };
    case 'rowsInside':
    case 'staffRowsOnly':
      return { fields: ['rows'] };
    case 'endsInside':
      return { fields: ['from', 'to'] };
    case 'movedFromThere':
      return { fields: ['from'] };
    case 'studentsInReach':
      return { fields: ['students'] };
    case 'newStudentInReach':
      return { fields: ['newStudent'] };
    case 'reachNotWidened':
      return { fields: ['next'] };
    case 'seatFree':
      return { texts: ['user'], fields: ['role'] };
    case 'seatTaken':
    case 'assignable':
    case 'roleOfPage':
      return { fields: ['role'] };
    case 'loginsFound': {
      const { by, value } = condition;
      return { texts: by === undefined ? [value] : [by.property, value], found: [value] };
    }
    case 'mailOfProfile':
      return { texts: ['address'], fields: ['addressDigest'] };
    case 'attributeOfContent':
      return { fields: ['attribute', 'year'] };
    case 'mayCarry':
      return {
        texts: condition.orAbsent === true ? [condition.property] : [],
        named: [[condition.property, condition.as === 'ledgers' ? 'Ledger' : 'SchoolDivision']],
        fields: ['role'],
      };
    case 'assignedClass':
    case 'granted':
    case 'ownAccount':
    case 'invited':
    case 'inactive':
    case 'holdsOnly':
    case 'login':
    case 'recordOf':
    case 'staff':
    case 'associated':
    case 'inAssociatedSchool':
    case 'ownerOrCopy':
    case 'propertyOfSubject':
    case 'anyOf':
      return {};
    default:
      return condition satisfies never;
  }
}

/** Who a request of the row can be made for: an assignment that acts, or a user who needs none. */
export function principalsOf({ roles }: Pick<Catalogue, 'roles'>, row: Row): ('Assignment' | 'User')[] {
  const isCalculated = (id: string) => roles.find((role) => role.id === id)?.calculated !== undefined;
  const holders = Object.keys(row.cells);
  return [
    ...(holders.some((id) => !isCalculated(id)) ? (['Assignment'] as const) : []),
    ...(row.open !== undefined || holders.some(isCalculated) ? (['User'] as const) : []),
  ];
}
