import { type Calculation, type Catalogue, findRole, type scopeTypes } from '../catalogue.ts';
import { namespaceOf, placesOf } from './cedar-names.ts';
import { all, any, attribute, has, not, quote, setOf } from './cedar-text.ts';

/**
 * Who a policy is about. An `Assignment` acts with its own scope alone; a `User` is asked about where no assignment is
 * needed, and reaches the district.
 */
export class Holder {
  readonly catalogue: Catalogue;
  readonly principal: 'Assignment' | 'User';
  /** The subject as a user. */
  readonly user: string;
  readonly #namespace: string;

  constructor(catalogue: Catalogue, principal: Holder['principal']) {
    this.catalogue = catalogue;
    this.principal = principal;
    this.user = principal === 'User' ? 'principal' : 'principal.user';
    this.#namespace = namespaceOf(catalogue);
  }

  /** `resource is Hmh::Class`. */
  is(entityType: string): string {
    return `resource is ${this.#namespace}::${entityType}`;
  }

  /** Whether an entity lies in the scope. */
  reaches(entity: string): string {
    if (this.principal === 'User') return `${entity} in principal.district`;
    return any(...this.catalogue.scopes.map((type) => `${entity} in principal.${placesOf[type]}`));
  }

  /** Classes that count as assigned. */
  get assigned(): string {
    return this.principal === 'User' ? 'principal.teaches' : 'principal.assigned';
  }

  /** By the type of the scope; what says nothing of a type doesn't hold for it. */
  byScopeType(says: (mine: (typeof scopeTypes)[number]) => string | undefined): string {
    if (this.principal === 'User') return says('district') ?? 'false';
    const cases = this.catalogue.scopes.flatMap((type) => {
      const expression = says(type);
      return expression === undefined ? [] : [all(`principal.scope == ${quote(type)}`, expression)];
    });
    return any(...cases);
  }

  /** Whether a user holds one of the roles to effect: by assignment, or because records give it. */
  holdsOneOf(user: string, roles: readonly string[]): string {
    const calculated = roles.flatMap((id) => {
      const calculation = findRole(this.catalogue, id)?.calculated;
      return calculation === undefined ? [] : [calculatedText(calculation, user)];
    });
    return any(`${user}.holds.containsAny(${setOf(roles)})`, ...calculated);
  }

  holdsNoneBut(user: string, roles: readonly string[]): string {
    return all(`${setOf(roles)}.containsAll(${user}.holds)`, ...this.noneCalculatedBut(user, roles));
  }

  /** Records give the user no other role; those that stand for attributes are left aside. */
  noneCalculatedBut(user: string, roles: readonly string[]): string[] {
    const others = this.catalogue.roles.filter(({ id }) => !roles.includes(id));
    return others.flatMap(({ calculated }) => (calculated ? [not(calculatedText(calculated, user))] : []));
  }
}

/** Whether records give the user the calculated role in the present school year. */
export function calculatedText(calculation: Calculation, user: string): string {
  const household = `${user}.records.household`;
  const year = `${user}.district.schoolYear`;
  const inYear = [has(`${user}.district`, 'schoolYear')];
  switch (calculation.kind) {
    case 'student': {
      const wanted = `{ year: ${year}, status: ${quote(calculation.status)} }`;
      return all(...tied(user, 'student'), ...inYear, `${user}.records.student.statuses.contains(${wanted})`);
    }
    case 'household-student': {
      const { relationship, status } = calculation;
      const wanted = `{ relationship: ${quote(relationship)}, year: ${year}, status: ${quote(status)} }`;
      return all(...tied(user, 'household'), ...inYear, `${household}.statuses.contains(${wanted})`);
    }
    case 'household-applicant': {
      const relationship = quote(calculation.relationship);
      return all(
        ...tied(user, 'household'),
        `${household}.hasTag(${relationship})`,
        not(`${setOf([calculation.statusNot])}.containsAll(${household}.getTag(${relationship}))`),
      );
    }
    case 'evaluator':
      return all(has(user, 'login'), has(user, 'records'), not(`${user}.records.evaluates.isEmpty()`));
    default:
      return calculation satisfies never;
  }
}

/** The login's profile is of the kind, and its record is known. */
export function tied(user: string, kind: 'student' | 'household'): string[] {
  return [...profileIs(user, [kind]), has(user, 'records'), has(`${user}.records`, kind)];
}

export function profileIs(user: string, kinds: readonly string[]): string[] {
  return [
    has(user, 'login'),
    has(`${user}.login`, 'profile'),
    `${setOf(kinds)}.contains(${user}.login.profile)`,
  ];
}

/** Attributes count on a student, household or donor record. */
export function attributesCount(user: string): string[] {
  return [...profileIs(user, ['student', 'household', 'donor']), has(user, 'records')];
}

/** The roster suspends or disables the user; an account that it doesn't know is fine. */
export function inactiveText(user: string): string {
  return all(has(user, 'roster'), any(`${user}.roster.status != "active"`, `!${user}.roster.enabled`));
}

/** A text that the caller gave. */
export function given(property: string): { has: string; value: string } {
  return {
    has: has('context.properties', property),
    value: attribute('context.properties', property),
  };
}
