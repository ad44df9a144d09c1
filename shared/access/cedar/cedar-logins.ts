import type { ConditionOf } from '../conditions.ts';
import { attributesCount, given, type Holder, inactiveText, profileIs, tied } from './cedar-holder.ts';
import { all, any, attribute, choose, has, not, quote, setOf } from './cedar-text.ts';

/** Conditions over logins and their records. */

export function loginsFound({ by, value, count, orAbsent }: ConditionOf<'loginsFound'>): string {
  const found = attribute('context.found', value);
  const isCounted = all(
    ...(by === undefined
      ? []
      : [given(by.property).has, `${setOf(by.values)}.contains(${given(by.property).value})`]),
    has('context.found', value),
    `${found} == ${count}`,
  );
  return orAbsent === true ? choose(given(value).has, isCounted, 'true') : all(given(value).has, isCounted);
}

export function recordOf({ part, relationship }: ConditionOf<'recordOf'>, holder: Holder): string {
  const { user } = holder;
  const household = `${user}.records.household`;
  const wanted = (type: string) => `{ ${type}: resource, relationship: ${quote(relationship ?? '')} }`;
  switch (part) {
    case 'student':
      return all(
        holder.is('Student'),
        ...tied(user, 'student'),
        `${user}.records.student.record == resource`,
      );
    case 'household-student':
      return all(
        holder.is('Student'),
        ...tied(user, 'household'),
        relationship === undefined
          ? `${household}.students.contains(resource)`
          : `${household}.kin.contains(${wanted('student')})`,
      );
    case 'household-applicant':
      return all(
        holder.is('Applicant'),
        ...tied(user, 'household'),
        relationship === undefined
          ? `${household}.applicants.contains(resource)`
          : `${household}.applications.contains(${wanted('applicant')})`,
      );
    case 'evaluated':
      return all(
        holder.is('Applicant'),
        has(user, 'records'),
        `${user}.records.evaluates.contains(resource)`,
      );
    default:
      return part satisfies never;
  }
}

/** What is stored of the content beats what the request says of it. */
export function attributeOfContent(holder: Holder): string {
  const { user } = holder;
  const isContent = holder.is('Content');
  const stored = (name: string) => all(isContent, has('resource', name));
  const either = (name: string, then: (value: string) => string, otherwise: string) =>
    choose(
      stored(name),
      then(`resource.${name}`),
      choose(has('context', name), then(`context.${name}`), otherwise),
    );
  const holds = (name: string) =>
    all(
      not(inactiveText(user)),
      ...attributesCount(user),
      either(
        'year',
        (year) => `${user}.records.attributesOfYear.contains({ name: ${name}, year: ${year} })`,
        `${user}.records.attributes.contains(${name})`,
      ),
    );
  return either('attribute', holds, 'true');
}

export function roleOfPage(holder: Holder): string {
  const { catalogue, user } = holder;
  const calculated = catalogue.roles.flatMap(({ id, calculated: one }) => (one === undefined ? [] : [id]));
  const holds = (role: string) =>
    any(
      `${user}.holds.contains(${role})`,
      ...calculated.map((id) => all(`${role} == ${quote(id)}`, holder.holdsOneOf(user, [id]))),
    );
  const stored = all(holder.is('Page'), has('resource', 'role'));
  const asked = all(has('context', 'role'), holds('context.role'));
  return choose(stored, holds('resource.role'), asked);
}

export function staff(
  { profiles, roles }: Pick<ConditionOf<'staff'>, 'profiles' | 'roles'>,
  user: string,
  holder: Holder,
): string {
  const byProfile = profiles.length === 0 ? [] : [all(...profileIs(user, profiles))];
  return any(...byProfile, holder.holdsOneOf(user, roles));
}

export function mayCarry(condition: ConditionOf<'mayCarry'>, holder: Holder): string {
  const { as, property, roles, orAbsent } = condition;
  const made = all(has('context', 'role'), `${setOf(roles)}.contains(context.role)`);
  const carriesAlready = all(
    has('resource', 'login'),
    has('context.named', property),
    `resource.login.${as}.contains(${attribute('context.named', property)})`,
  );
  const mayCarryIt = any(
    all(not(holder.is('User')), made),
    all(holder.is('User'), any(carriesAlready, staff(condition, 'resource', holder))),
  );
  return orAbsent === true ? choose(given(property).has, mayCarryIt, 'true') : mayCarryIt;
}
