import type { ConditionOf } from '../conditions.ts';
import type { Holder } from './cedar-holder.ts';
import { all, any, choose, has, not, setOf } from './cedar-text.ts';

/** Conditions over the places and students that a request names beside its resource. */

export function rowsInside({ kinds, assignedClasses }: ConditionOf<'rowsInside'>, holder: Holder): string {
  return all(
    has('context', 'rows'),
    `${setOf(kinds)}.containsAll(context.rows.kinds)`,
    '!context.rows.unreadable',
    assignedClasses === true ? rowsOfAssigned(holder) : rowsInScope(holder),
  );
}

/** A row without class or school is about the class that the file is for. */
function rowsOfAssigned(holder: Holder): string {
  const aboutResource = all(holder.is('Class'), `${holder.assigned}.contains(resource)`);
  return all(
    `${holder.assigned}.containsAll(context.rows.classes)`,
    '!context.rows.schoolOnly',
    any('!context.rows.bare', aboutResource),
  );
}

function rowsInScope(holder: Holder): string {
  const inPlaces = (places: string) =>
    all(`${places}.containsAll(context.rows.homes)`, `${places}.containsAll(context.rows.schools)`);
  const inside = holder.byScopeType((mine) => {
    switch (mine) {
      case 'school':
        return inPlaces('principal.schools');
      case 'account':
        return inPlaces('principal.accounts');
      case 'class':
        return all('principal.classes.containsAll(context.rows.known)', 'context.rows.schools.isEmpty()');
      // All places that are known lie in the district of the request.
      case 'district':
      case 'customer':
        return holder.reaches(`${holder.user}.district`);
      default:
        return mine satisfies never;
    }
  });
  return all('!context.rows.unknown', inside);
}

export function staffRowsOnly({ accountTypes }: ConditionOf<'staffRowsOnly'>): string {
  const only = `${setOf(accountTypes)}.containsAll(context.rows.staffAs)`;
  return choose(has('context', 'rows'), only, 'true');
}

export function endsInside({ required, assignedClasses }: ConditionOf<'endsInside'>, holder: Holder): string {
  const ends = ['from', 'to'].map((name) => {
    const end = `context.${name}`;
    const inside =
      assignedClasses === true
        ? all(has(end, 'class'), `${holder.assigned}.contains(${end}.class)`)
        : any(
            ...['class', 'org', 'user'].map((type) => all(has(end, type), holder.reaches(`${end}.${type}`))),
          );
    const isGiven = has('context', name);
    return required === true ? all(isGiven, inside) : choose(isGiven, inside, 'true');
  });
  return all(...ends);
}

export function movedFromThere(holder: Holder): string {
  const from = 'context.from';
  const there = any(
    not(holder.is('Student')),
    all(has(from, 'class'), `resource in ${from}.class`),
    all(has(from, 'org'), `resource in ${from}.org`),
    all(has(from, 'user'), `resource in ${from}.user.teaches`),
  );
  return choose(has('context', 'from'), there, 'true');
}

/** Whether one student, or one to be made, is among those that the assignment reaches. */
function covers(student: string): string {
  return any(
    `principal.levels.containsAny(${student}.levels)`,
    `principal.tags.containsAny(${student}.tags)`,
  );
}

export function studentsInReach(holder: Holder): string {
  const named = has('context', 'students');
  const askedOnStudent = all(holder.is('Student'), any('resource in principal.whole', covers('resource')));
  const askedOnAccount = all(holder.is('Org'), any(named, 'principal.whole.contains(resource)'));
  const askedElsewhere = all(
    not(holder.is('Student')),
    not(holder.is('Org')),
    any(named, 'principal.whole.containsAll(principal.accounts)'),
  );
  return all(
    any(askedOnStudent, askedOnAccount, askedElsewhere),
    choose(named, 'context.students.reached', 'true'),
  );
}

export function newStudentInReach(holder: Holder): string {
  return any(
    not(holder.is('Org')),
    'principal.whole.contains(resource)',
    all(has('context', 'newStudent'), covers('context.newStudent')),
  );
}

/** `context.next`: the reach as it would be, in accounts where it is restricted now. */
export function reachNotWidened(holder: Holder): string {
  return any(
    not(holder.is('User')),
    `resource != ${holder.user}`,
    all(
      has('context', 'next'),
      'context.next.whole.isEmpty()',
      'principal.levels.containsAll(context.next.levels)',
      'principal.tags.containsAll(context.next.tags)',
    ),
  );
}
