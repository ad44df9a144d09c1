import { type CatalogueSet, findRole, isGivenFor, type Role } from '../../shared/access/catalogue.ts';
import type { Assignment, DistrictFacts } from '../../shared/access/facts.ts';
import { readsRecords } from '../../shared/access/question.ts';
import { RequestError } from '../../shared/errors.ts';
import type { AssignmentView, NewAssignment, RequestView } from '../../shared/messages/access.ts';
import { noSuchDistrict } from '../../shared/runtime/decide.ts';
import { isOperator } from '../../shared/runtime/permissions.ts';
import { Answer, type Handlers } from '../../shared/runtime/routing.ts';
import { auditOf, type Deed } from '../../shared/store/deeds.ts';
import type { Holding } from '../../shared/store/holders.ts';
import type { Deps } from './deps.ts';

type AssignmentHandlers = Pick<
  Handlers<'manage-access'>,
  'createAssignment' | 'listAssignments' | 'deleteAssignment' | 'transferAssignment'
>;

export function makeAssignmentHandlers({
  access,
  assignments,
  holders,
  cataloguesOf,
  events,
}: Pick<Deps, 'access' | 'assignments' | 'holders' | 'cataloguesOf' | 'events'>): AssignmentHandlers {
  return {
    async createAssignment({ params: { district }, body, by, caller, now, newId }) {
      const assignment = assignmentOf(body, newId);
      const { facts, catalogues, userId, person } = await ownerOf(district, body.user, body.system);
      const role = roleOf(catalogues, assignment);
      refuseUnfitScope(facts, role, assignment);
      const same = person?.manual.find(
        (held) => grantsTheSame(held, assignment) || holdsTheSeat(role, held, assignment),
      );
      if (same !== undefined) return assignmentView(userId, same);

      const kind = role.privileged && !isOperator(caller) ? 'request' : 'assignment';
      const deed: Deed = { kind, userId, assignment, by, at: now.toISOString(), ...seatsOf(role) };
      await assignments.record(district, deed);
      const action = kind === 'request' ? 'role-requested' : 'role-assigned';
      events.audited({ district, by, action, what: auditOf(deed) });
      if (kind === 'assignment') return assignmentView(userId, assignment, deed);
      return new Answer(requestView(deed.assignment.id, { ...deed, deed }), { status: 202 });
    },

    async transferAssignment({ params: { district, assignment: id }, body, by, caller, now, newId }) {
      const from = await assignments.find(district, id);
      if (from === undefined) throw unknownAssignment();
      if (from.seats === undefined || from.kind === 'request') {
        const { system, role } = from.assignment;
        throw new RequestError(
          'unprocessable',
          'not-a-seat',
          `${system} ${role} is not limited in seats: assign it, and take it away where it is no longer needed.`,
        );
      }
      const { userId, catalogues } = await ownerOf(district, body.user, from.assignment.system);
      if (roleOf(catalogues, from.assignment).privileged && !isOperator(caller)) {
        throw new RequestError(
          'unprocessable',
          'privileged-role',
          'A privileged role is given to each of its holders, and confirmed: take it away, and ask for it anew.',
        );
      }
      if (from.userId === userId) return assignmentView(from.userId, from.assignment, from);
      const { confirms: _, confirmedBy: __, confirmedAt: ___, ...seat } = from;
      const assignment = { ...from.assignment, id: newId };
      const to: Deed = { ...seat, userId, assignment, by, at: now.toISOString() };
      await assignments.transfer(district, from, to);
      events.audited({
        district,
        by,
        action: 'seat-transferred',
        what: { ...auditOf(to), from: from.userId },
      });
      return assignmentView(to.userId, to.assignment, to);
    },

    async listAssignments({ params: { district }, query }) {
      const { user, system, role, org, limit, cursor } = query;
      if (user !== undefined) {
        const found = await access.person(district, user);
        if (found === undefined) throw noSuchDistrict();
        const held = [...(found.person?.roster?.assignments ?? []), ...(found.person?.manual ?? [])];
        const deedOf = ({ source, id }: Assignment) =>
          source === 'manual' ? assignments.find(district, id) : undefined;
        const wanted = held.filter(
          (one) =>
            (system === undefined || one.system === system) &&
            (role === undefined || one.role === role) &&
            (org === undefined || one.scope.ids.includes(org)),
        );
        const items = wanted.map(async (one) => assignmentView(user, one, await deedOf(one)));
        return { items: await Promise.all(items) };
      }
      if (system === undefined || role === undefined)
        throw new Error('The schema asks for one or the other.');
      const facts = await access.district(district);
      if (facts === undefined) throw noSuchDistrict();
      const page = await holders.list(
        { district, committed: facts.committed },
        { roles: [{ system, role }], kind: 'assignment', scopeId: org },
        { limit, cursor },
      );
      return {
        ...page,
        items: page.items.map((holding) => assignmentView(holding.userId, holding.assignment, holding.deed)),
      };
    },

    async deleteAssignment({ params: { district, assignment: id }, by, now }) {
      const deed = await assignments.find(district, id);
      if (deed === undefined) {
        throw unknownAssignment();
      }
      await assignments.remove(district, deed, { by, at: now.toISOString() });
      events.audited({ district, by, action: 'role-taken-away', what: auditOf(deed) });
      return undefined;
    },
  };

  /** Whose the assignment would be: of a login's own roles the login, of all others its person (role-systems §0). */
  async function ownerOf(district: string, user: string, system: string) {
    const holder = await access.holder(district, user);
    if (holder === undefined) throw noSuchDistrict();
    const catalogues = await cataloguesOf(holder.district);
    const isOfLogin = readsRecords(catalogues, { action: { name: `${system}:` } });
    const userId = isOfLogin ? user : holder.rosterId;
    const found = await access.person(district, userId);
    return { facts: holder.district, catalogues, userId, person: found?.person };
  }
}

function assignmentOf({ system, role, scope, from, until }: NewAssignment, id: string): Assignment {
  return {
    id,
    system,
    role,
    scope: {
      type: scope.type,
      ids: scope.ids.toSorted(),
      ...(scope.yearLevels === undefined ? {} : { yearLevels: scope.yearLevels.toSorted() }),
      ...(scope.tags === undefined ? {} : { tags: scope.tags.toSorted() }),
    },
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

/**
 * A district hands out itself, never another, and a customer only where it is in one; ids of schools and classes are its own by
 * being looked up in it.
 */
function refuseUnfitScope(district: DistrictFacts, role: Role, { scope }: Assignment): void {
  if (scope.type === 'district' && scope.ids.some((id) => id !== district.id)) {
    const message = 'A scope of type district names this district alone.';
    throw unfit('other-district', message, '/scope/ids', `must be ["${district.id}"]`);
  }
  if (scope.type === 'customer' && !scope.ids.every((id) => district.customers?.includes(id))) {
    const message = 'The district is not in that customer; the operator keeps customers.';
    throw unfit('other-customer', message, '/scope/ids', 'must be customers of this district');
  }
  if (scope.type !== 'account' && (scope.yearLevels !== undefined || scope.tags !== undefined)) {
    const message = 'Year levels and tags narrow the scope of an account alone.';
    throw unfit('wrong-scope', message, '/scope/type', 'must be account with yearLevels or tags');
  }
  if (role.seats !== undefined && scope.ids.length > 1) {
    const message = 'A seat is taken at one account: make an assignment for each.';
    throw unfit('one-account', message, '/scope/ids', 'must be one id');
  }
}

function unfit(code: string, message: string, pointer: string, detail: string): RequestError {
  return new RequestError('unprocessable', code, message, { fields: [{ pointer, detail }] });
}

function grantsTheSame(a: Assignment, b: Assignment): boolean {
  return (
    a.system === b.system &&
    a.role === b.role &&
    a.from === b.from &&
    a.until === b.until &&
    a.scope.type === b.scope.type &&
    JSON.stringify([a.scope.ids, a.scope.yearLevels, a.scope.tags]) ===
      JSON.stringify([b.scope.ids, b.scope.yearLevels, b.scope.tags])
  );
}

/** Giving a seat to its present holder changes nothing, whatever the dates. */
function holdsTheSeat(role: Role, held: Assignment, wanted: Assignment): boolean {
  const isSame = held.system === wanted.system && held.role === wanted.role;
  return role.seats !== undefined && isSame && held.scope.ids[0] === wanted.scope.ids[0];
}

function seatsOf({ seats }: Role): Pick<Deed, 'seats'> {
  return seats === undefined ? {} : { seats };
}

function unknownAssignment(): RequestError {
  return new RequestError(
    'not-found',
    'unknown-assignment',
    'Nobody made such an assignment by hand; what the roster gives ends with the roster.',
  );
}

export function assignmentView(user: string, assignment: Assignment, deed?: Deed): AssignmentView {
  return {
    ...assignment,
    user,
    status: 'assigned',
    assignedBy: deed?.by,
    assignedAt: deed?.at,
    confirmedBy: deed?.confirmedBy,
    confirmedAt: deed?.confirmedAt,
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
