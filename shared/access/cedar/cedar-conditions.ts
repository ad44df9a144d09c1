import { RequestError } from '../../errors.ts';
import { scopeTypes } from '../catalogue.ts';
import type { Condition, ConditionOf } from '../conditions.ts';
import { given, type Holder, inactiveText } from './cedar-holder.ts';
import { attributeOfContent, loginsFound, mayCarry, recordOf, roleOfPage, staff } from './cedar-logins.ts';
import {
  endsInside,
  movedFromThere,
  newStudentInReach,
  reachNotWidened,
  rowsInside,
  staffRowsOnly,
  studentsInReach,
} from './cedar-places.ts';
import { all, any, attribute, choose, has, not, quote, setOf } from './cedar-text.ts';

/**
 * A condition as an expression of Cedar. Each kind is told in conditions.ts; docs/cedar.md lists what the host gives in the
 * context.
 * @throws {RequestError} `catalogue-not-exportable` where Cedar can't say it of a user without an assignment.
 */
export function conditionText(condition: Condition, holder: Holder): string {
  switch (condition.kind) {
    case 'propertyIn':
      return propertyIn(condition);
    case 'assignedClass':
      return assignedClass(condition, holder);
    case 'granted':
      return granted(condition, holder);
    case 'ownAccount':
      return all(holder.is('User'), `resource == ${holder.user}`);
    case 'invited':
      return `${holder.user}.invited.contains(${quote(holder.catalogue.system)})`;
    case 'inactive':
      return any(
        all(holder.is('User'), inactiveText('resource')),
        all(holder.is('Student'), inactiveText('resource')),
      );
    case 'holdsOnly':
      return holdsOnly(condition, holder);
    case 'madeNoWider':
      return madeNoWider(holder);
    case 'editedNoWider':
      return editedNoWider(holder);
    case 'oneAtATime': {
      const type = given('accountType');
      const excepted = all(type.has, `${setOf(condition.except)}.contains(${type.value})`);
      return choose(has('context', 'count'), any('context.count == 1', excepted), 'true');
    }
    case 'namedUserInScope': {
      const { property } = condition;
      const inScope = holder.reaches(attribute('context.named', property));
      return choose(given(property).has, all(has('context.named', property), inScope), 'true');
    }
    case 'rowsInside':
      return rowsInside(condition, holder);
    case 'staffRowsOnly':
      return staffRowsOnly(condition);
    case 'endsInside':
      return endsInside(condition, holder);
    case 'movedFromThere':
      return movedFromThere(holder);
    case 'studentsInReach':
      return studentsInReach(acting(condition, holder));
    case 'newStudentInReach':
      return newStudentInReach(acting(condition, holder));
    case 'reachNotWidened':
      return reachNotWidened(acting(condition, holder));
    case 'seatFree':
    case 'seatTaken':
      return seats(condition.kind, holder);
    case 'assignable': {
      const ids = holder.catalogue.roles.flatMap(({ id, calculated }) =>
        calculated === undefined ? [id] : [],
      );
      const isOne = ids.length === 0 ? 'false' : `${setOf(ids)}.contains(context.role)`;
      return choose(has('context', 'role'), isOne, 'true');
    }
    case 'login': {
      const there = has(holder.user, 'login');
      if (condition.is === 'there') return there;
      return all(
        there,
        condition.is === 'approved' ? `${holder.user}.login.approved` : `!${holder.user}.login.locked`,
      );
    }
    case 'loginsFound':
      return loginsFound(condition);
    case 'mailOfProfile': {
      const { user } = holder;
      const known = all(
        has('context', 'addressDigest'),
        `${user}.login.mail.contains(context.addressDigest)`,
      );
      return all(
        has(user, 'login'),
        not(`${user}.login.mail.isEmpty()`),
        choose(given('address').has, known, 'true'),
      );
    }
    case 'recordOf':
      return recordOf(condition, holder);
    case 'attributeOfContent':
      return attributeOfContent(holder);
    case 'roleOfPage':
      return roleOfPage(holder);
    case 'staff':
      return staff(condition, holder.user, holder);
    case 'associated': {
      const type = condition.as === 'ledgers' ? 'Ledger' : 'SchoolDivision';
      const { user } = holder;
      return all(has(user, 'login'), holder.is(type), `${user}.login.${condition.as}.contains(resource)`);
    }
    case 'inAssociatedSchool':
      return all(has(holder.user, 'login'), `resource in ${holder.user}.login.orgs`);
    case 'mayCarry':
      return mayCarry(condition, holder);
    case 'ownerOrCopy': {
      const isLeft = any('resource.ownerExists', 'resource.copyKept');
      return any(all(holder.is('DatQuery'), isLeft), all(holder.is('DatFilter'), isLeft));
    }
    case 'propertyOfSubject':
    case 'anyOf':
      throw new RequestError(
        'unprocessable',
        'catalogue-not-exportable',
        `${condition.kind} is not exported to Cedar.`,
      );
    default:
      return condition satisfies never;
  }
}

/** Year levels and tags narrow assignments. */
function acting({ kind }: Condition, holder: Holder): Holder {
  if (holder.principal === 'Assignment') return holder;
  throw new RequestError(
    'unprocessable',
    'catalogue-not-exportable',
    `${kind} can't be exported for an open row or a calculated role: it is about an assignment.`,
  );
}

function propertyIn({ property, values, orAbsent }: ConditionOf<'propertyIn'>): string {
  const { has: isGiven, value } = given(property);
  const isOne = `${setOf(values)}.contains(${value})`;
  return orAbsent === true ? choose(isGiven, isOne, 'true') : all(isGiven, isOne);
}

function assignedClass({ evenInactive }: ConditionOf<'assignedClass'>, holder: Holder): string {
  const active = [
    has('resource', 'status'),
    'resource.status == "active"',
    not(all(has('resource', 'inactive'), 'resource.inactive')),
  ];
  return any(
    all(
      holder.is('Class'),
      ...(evenInactive === true ? [] : active),
      `${holder.assigned}.contains(resource)`,
    ),
    all(holder.is('Student'), `resource in ${holder.assigned}`),
  );
}

function granted({ setting }: ConditionOf<'granted'>, { catalogue, user }: Holder): string {
  const settings = `${user}.district.settings`;
  const isSet = has(settings, setting);
  const isOn = attribute(settings, setting);
  const byDefault = catalogue.settings.find(({ id }) => id === setting)?.default === true;
  return byDefault ? choose(isSet, isOn, 'true') : all(isSet, isOn);
}

function holdsOnly({ roles, atLeastOne, orSelf }: ConditionOf<'holdsOnly'>, holder: Holder): string {
  const only = all(
    holder.holdsNoneBut('resource', roles),
    ...(atLeastOne === true ? [holder.holdsOneOf('resource', roles)] : []),
  );
  return all(holder.is('User'), orSelf === true ? any(`resource == ${holder.user}`, only) : only);
}

function madeNoWider(holder: Holder): string {
  const type = given('accountType');
  const noWider = holder.byScopeType((mine) => {
    const roles = holder.catalogue.roles.filter((role) => !isWider(role.scope, mine)).map(({ id }) => id);
    return roles.length === 0 ? undefined : `${setOf(roles)}.contains(${type.value})`;
  });
  return choose(type.has, noWider, 'true');
}

function isWider(type: (typeof scopeTypes)[number], than: (typeof scopeTypes)[number]): boolean {
  return scopeTypes.indexOf(type) < scopeTypes.indexOf(than);
}

function editedNoWider(holder: Holder): string {
  const noWider = holder.byScopeType((mine) => {
    const wider = scopeTypes.filter((type) => isWider(type, mine));
    if (wider.length === 0) return 'true';
    const calculated = wider.includes('district') ? holder.noneCalculatedBut('resource', []) : [];
    return all(not(`resource.scopes.containsAny(${setOf(wider)})`), ...calculated);
  });
  return any(not(holder.is('User')), `resource == ${holder.user}`, all('!context.straddles', noWider));
}

/** Seats are counted by the host, in a transaction; a policy only reads the count. */
function seats(kind: 'seatFree' | 'seatTaken', holder: Holder): string {
  const limited = holder.catalogue.roles.flatMap(({ id, seats: limit }) =>
    limit === undefined ? [] : [{ id, limit }],
  );
  const isNamed = has('context', 'role');
  if (limited.length === 0) return kind === 'seatFree' ? 'true' : not(isNamed);
  const outcomes = limited.map(({ id, limit }) => {
    const seat = attribute('resource.seats', id);
    const user = given('user');
    const isFree = any(all(user.has, `${seat}.holders.contains(${user.value})`), `${seat}.taken < ${limit}`);
    return all(`context.role == ${quote(id)}`, kind === 'seatFree' ? isFree : `${seat}.taken > 0`);
  });
  const known = all(holder.is('Org'), has('resource', 'seats'), any(...outcomes));
  if (kind === 'seatTaken') return choose(isNamed, known, 'true');
  const isLimited = `${setOf(limited.map(({ id }) => id))}.contains(context.role)`;
  return choose(isNamed, choose(isLimited, known, 'true'), 'true');
}
