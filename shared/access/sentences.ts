import { type Catalogue, findRole, type Role, type Row } from './catalogue.ts';
import type { Assignment, Period, Person, ResourceFacts, Scope } from './facts.ts';

/** The words of explanations: ids, roles and dates, never a person's name. */

const mostNamed = 5;

function listed(items: readonly string[], joint: 'and' | 'or'): string {
  const named =
    items.length > mostNamed ? [...items.slice(0, mostNamed), `${items.length - mostNamed} more`] : items;
  const last = named.at(-1) ?? '';
  return named.length < 2 ? last : `${named.slice(0, -1).join(', ')} ${joint} ${last}`;
}

export function alternatives(items: readonly string[]): string {
  return listed(items, 'or');
}

/** "school s-3", "schools s-3 and s-4". */
function scopeWords({ type, ids }: Scope): string {
  const plural = type === 'class' ? 'classes' : `${type}s`;
  return `${ids.length === 1 ? type : plural} ${listed(ids, 'and')}`;
}

/** "a teacher", "an ESL coordinator": the label in a sentence, acronyms kept. */
export function roleWords(role: Role): string {
  const label = role.label.replaceAll(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
  return `${/^[aeiou]/i.test(label) ? 'an' : 'a'} ${label}`;
}

function preposition(scope: Scope): 'at' | 'of' {
  return scope.type === 'school' || scope.type === 'account' ? 'at' : 'of';
}

/** "a teacher at school s-3". */
export function holdingWords(role: Role, scope: Scope): string {
  return `${roleWords(role)} ${preposition(scope)} ${scopeWords(scope)}`;
}

/** A line of the path: "u-17 is hmh teacher at s-3". */
export function holdingLine(userId: string, assignment: Assignment, at?: string): string {
  const { system, role, scope, from: begin, until: end, ownDays } = assignment;
  const days = seasonWords(system, {
    ...(begin && { begin }),
    ...(end && { end }),
    ...(ownDays && { ownDays }),
  });
  return `${userId} is ${system} ${role} ${preposition(scope)} ${at ?? listed(scope.ids, 'and')}${days}`;
}

/** " (ended 2027-06-18, kept until 2027-07-02 for hmh)"; nothing of what its own days hold. */
export function seasonWords(system: string, { begin, end, ownDays }: Period & { ownDays?: Period }): string {
  if (ownDays === undefined) return '';
  return begin === ownDays.begin
    ? ` (ended ${ownDays.end}, kept until ${end} for ${system})`
    : ` (begins ${ownDays.begin}, held from ${begin} for ${system})`;
}

/** Who may do it: "district data administrator or school assessment coordinator". */
export function holdersWords(catalogue: Catalogue, row: Row): string {
  const labels = catalogue.roles
    .filter((role) => Object.hasOwn(row.cells, role.id))
    .map((role) => roleWords(role).replace(/^an? /, ''));
  return labels.length === 0 ? 'nobody' : alternatives(labels);
}

/** "student u-3". */
export function resourceWords(resource: ResourceFacts): string {
  return `${resource.type === 'own' ? resource.of : resource.type} ${resource.id}`;
}

/** Where the resource lies instead: follows "…, but". */
export function elsewhereWords(resource: ResourceFacts): string {
  const { type, id } = resource;
  switch (type) {
    case 'class':
      return `class ${id} is in school ${resource.class.schoolId}`;
    case 'student':
      return `student ${id} is neither enrolled there today nor belongs there`;
    case 'user':
      return `user ${id} does not belong there today`;
    case 'district':
      return `district ${id} is wider than that`;
    case 'setting':
    case 'applicant':
    case 'ledger':
    case 'school_division':
    case 'page':
    case 'cms_content':
    case 'dat_query':
    case 'dat_filter':
    case 'report':
      return `${type} ${id} belongs to the whole district`;
    case 'own': {
      const places = [...(resource.classId === undefined ? [] : [resource.classId]), ...resource.orgIds];
      return `${resourceWords(resource)} ${places.length === 0 ? 'belongs to the whole district' : `is in ${listed(places, 'and')}`}`;
    }
    case 'school':
    case 'account':
      return `not at ${type} ${id}`;
    default:
      return resource satisfies never;
  }
}

/** Why a person is denied everything, if they are. An account that no roster person stands behind is fine. */
export function inactivityOf(person: Person): string | undefined {
  const { roster } = person;
  if (roster === undefined) return undefined;
  if (roster.status === 'suspended')
    return `${person.id} is suspended: the roster no longer has this person.`;
  if (roster.status === 'tobedeleted')
    return `${person.id} is suspended: the roster marks this person tobedeleted.`;
  return roster.enabled ? undefined : `${person.id} is not enabled: the roster says enabledUser false.`;
}

/** Roles that wait for a confirmation and would reach the row. */
export function waitingWords(catalogue: Catalogue, row: Row, person: Person): string[] {
  const waiting = (person.roster?.requests ?? []).filter(
    (request) => request.system === catalogue.system && Object.hasOwn(row.cells, request.role),
  );
  return waiting.flatMap((request) => {
    const role = findRole(catalogue, request.role);
    return role
      ? [`Would be ${holdingWords(role, request.scope)}; request ${request.id} waits for confirmation.`]
      : [];
  });
}
