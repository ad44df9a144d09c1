import type { Assignment, PersonFacts } from '../access/facts.ts';
import { type Change, holderId, type RoleEffect } from './plan.ts';

/** What a change of a person's facts means for roles, per system, in words for the plan; no facts, no roles. */
export function roleEffect(before: PersonFacts | undefined, after: PersonFacts | undefined): RoleEffect[] {
  const [old, now] = [rolesIn(before?.assignments), rolesIn(after?.assignments)];
  const [asked, asks] = [rolesIn(before?.requests), rolesIn(after?.requests)];
  const systems = new Set([...old.values(), ...now.values(), ...asks.values()]);
  const only = (mine: Map<string, string>, other: Map<string, string>, system: string) =>
    [...mine]
      .filter(([key, of]) => of === system && !other.has(key))
      .map(([key]) => key.slice(system.length + 1));
  return [...systems].sort().flatMap((system) => {
    const [gained, lost] = [only(now, old, system), only(old, now, system)];
    const requested = only(asks, asked, system);
    if (gained.length + lost.length + requested.length === 0) return [];
    return [{ system, gained, lost, ...(requested.length === 0 ? {} : { requested }) }];
  });
}

/** `system TAB role@scope-type:id` to the system; what several rules give is there once. */
export function rolesIn(assignments: readonly Assignment[] = []): Map<string, string> {
  return new Map(
    assignments.flatMap(({ system, role, scope }) =>
      scope.ids.map((id) => [`${system}\t${role}@${scope.type}:${id}`, system] as const),
    ),
  );
}

/** What stands in the table of assignments for one assignment or request. */
export type HolderValue = { kind: 'assignment' | 'request'; userId: string; assignment: Assignment };

/** By the id of the row. */
export function holders(userId: string, facts: PersonFacts | undefined): Map<string, HolderValue> {
  const all = new Map<string, HolderValue>();
  const add = (assignment: Assignment, kind: HolderValue['kind']) => {
    for (const scopeId of assignment.scope.ids) {
      const { system, role } = assignment;
      all.set(holderId({ system, role, scopeId, userId, assignmentId: assignment.id }), {
        kind,
        userId,
        assignment,
      });
    }
  };
  for (const assignment of facts?.assignments ?? []) add(assignment, 'assignment');
  for (const request of facts?.requests ?? []) add(request, 'request');
  return all;
}

/** What a change of a person's facts means for the table of assignments. */
export function holderChanges(
  userId: string,
  before: PersonFacts | undefined,
  after: PersonFacts | undefined,
  covered: boolean,
): Change[] {
  const changes: Change[] = [];
  const old = holders(userId, before);
  for (const [id, now] of holders(userId, after)) {
    const prev = old.get(id);
    old.delete(id);
    const same = prev !== undefined && JSON.stringify(prev) === JSON.stringify(now);
    if (same && !covered) continue;
    const kind = prev === undefined ? 'create' : same ? 'cover' : 'update';
    changes.push({
      table: 'assignments',
      entity: 'holder',
      id,
      kind,
      now,
      ...(prev === undefined ? {} : { prev }),
    });
  }
  for (const [id, prev] of old)
    changes.push({ table: 'assignments', entity: 'holder', id, kind: 'update', prev });
  return changes;
}
