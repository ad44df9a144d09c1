import { type CatalogueSet, findRole, isGivenFor, type Role } from '../../shared/access/catalogue.ts';
import type { Assignment } from '../../shared/access/facts.ts';
import { RequestError } from '../../shared/errors.ts';
import type { AssignmentView, NewAssignment, RequestView } from '../../shared/messages/access.ts';
import { noSuchDistrict } from '../../shared/runtime/decide.ts';
import { isOperator } from '../../shared/runtime/permissions.ts';
import { Answer, type Handlers } from '../../shared/runtime/routing.ts';
import type { Deed, Holding } from '../../shared/store/assignments.ts';
import type { Deps } from './deps.ts';

type AssignmentHandlers = Pick<
  Handlers<'manage-access'>,
  'createAssignment' | 'listAssignments' | 'deleteAssignment'
>;

export function makeAssignmentHandlers({
  access,
  assignments,
  catalogues,
  events,
}: Pick<Deps, 'access' | 'assignments' | 'catalogues' | 'events'>): AssignmentHandlers {
  return {
    async createAssignment({ params: { district }, body, by, caller, now, newId }) {
      const assignment = assignmentOf(body, newId);
      const role = roleOf(catalogues, assignment);
      refuseForeignScope(district, assignment);
      const found = await access.person(district, body.user);
      if (found === undefined) throw noSuchDistrict();
      const same = found.person?.manual.find((held) => grantsTheSame(held, assignment));
      if (same !== undefined) return assignmentView(body.user, same);

      const kind = role.privileged && !isOperator(caller) ? 'request' : 'assignment';
      const deed: Deed = { kind, userId: body.user, assignment, by, at: now.toISOString() };
      await assignments.record(district, deed);
      const action = kind === 'request' ? 'role-requested' : 'role-assigned';
      events.audited({ district, by, action, what: auditOf(deed) });
      if (kind === 'assignment') return assignmentView(body.user, assignment, deed);
      return new Answer(requestView(deed.assignment.id, { ...deed, deed }), { status: 202 });
    },

    async listAssignments({ params: { district }, query }) {
      const { user, system, role, org, limit, cursor } = query;
      if (user !== undefined) {
        const found = await access.person(district, user);
        if (found === undefined) throw noSuchDistrict();
        const held = [...(found.person?.roster?.assignments ?? []), ...(found.person?.manual ?? [])];
        const wanted = held.filter(
          (one) =>
            (system === undefined || one.system === system) &&
            (role === undefined || one.role === role) &&
            (org === undefined || one.scope.ids.includes(org)),
        );
        return { items: wanted.map((one) => assignmentView(user, one)) };
      }
      if (system === undefined || role === undefined)
        throw new Error('The schema asks for one or the other.');
      const facts = await access.district(district);
      if (facts === undefined) throw noSuchDistrict();
      const page = await assignments.holders(
        { district, committed: facts.committed },
        { roles: [{ system, role }], kind: 'assignment', scopeId: org },
        { limit, cursor },
      );
      return {
        ...page,
        items: page.items.map((holding) => assignmentView(holding.userId, holding.assignment, holding.deed)),
      };
    },

    async deleteAssignment({ params: { district, assignment: id }, by }) {
      const deed = await assignments.find(district, id);
      if (deed === undefined) {
        throw new RequestError(
          'not-found',
          'unknown-assignment',
          'Nobody made such an assignment by hand; what the roster gives ends with the roster.',
        );
      }
      await assignments.remove(district, deed);
      events.audited({ district, by, action: 'role-taken-away', what: auditOf(deed) });
      return undefined;
    },
  };
}

function assignmentOf({ system, role, scope, from, until }: NewAssignment, id: string): Assignment {
  return {
    id,
    system,
    role,
    scope: { type: scope.type, ids: scope.ids.toSorted() },
    source: 'manual',
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

/** @throws {RequestError} unprocessable where no catalogue has the role, or it is given for another kind of scope */
function roleOf(catalogues: CatalogueSet, { system, role, scope }: Assignment): Role {
  const catalogue = catalogues.get(system);
  const found = catalogue && findRole(catalogue, role);
  if (found === undefined) {
    throw new RequestError('unprocessable', 'unknown-role', `There is no role ${system} ${role}.`);
  }
  if (found.calculated !== undefined) {
    throw new RequestError(
      'unprocessable',
      'calculated-role',
      `${system} ${role} is calculated, never assigned.`,
    );
  }
  if (isGivenFor(found, scope.type)) return found;
  throw new RequestError('unprocessable', 'wrong-scope', `${system} ${role} is given for a ${found.scope}.`, {
    fields: [{ pointer: '/scope/type', detail: `must be ${found.scope}` }],
  });
}

/** A district hands out itself, never another; ids of schools and classes are its own by being looked up in it. */
function refuseForeignScope(district: string, { scope }: Assignment): void {
  if (scope.type !== 'district' || (scope.ids.length === 1 && scope.ids[0] === district)) return;
  throw new RequestError(
    'unprocessable',
    'other-district',
    'A scope of type district names this district alone.',
    {
      fields: [{ pointer: '/scope/ids', detail: `must be ["${district}"]` }],
    },
  );
}

function grantsTheSame(a: Assignment, b: Assignment): boolean {
  return (
    a.system === b.system &&
    a.role === b.role &&
    a.from === b.from &&
    a.until === b.until &&
    a.scope.type === b.scope.type &&
    a.scope.ids.join('\n') === b.scope.ids.join('\n')
  );
}

export function assignmentView(user: string, assignment: Assignment, deed?: Deed): AssignmentView {
  return {
    ...assignment,
    user,
    status: 'assigned',
    assignedBy: deed?.by,
    confirmedBy: deed?.confirmedBy,
  };
}

export function requestView(id: string, { userId, assignment, deed }: Holding): RequestView {
  return {
    ...assignment,
    id,
    user: userId,
    status: 'requested',
    requestedBy: deed?.by,
    requestedAt: deed?.at,
  };
}

export function auditOf({ assignment, userId }: Deed): Record<string, string> {
  const { id, system, role, scope } = assignment;
  return { assignment: id, user: userId, system, role, scopeType: scope.type, scopeIds: scope.ids.join(' ') };
}
