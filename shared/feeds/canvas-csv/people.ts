import type { Maker } from '../as-oneroster/convert.ts';
import { givenAndFamily } from '../as-oneroster/names.ts';
import type { CsvSource, SourceRow } from '../as-oneroster/source.ts';
import { standingOf, statusCell, warn } from './standing.ts';
import { district, roleCell, type Survey } from './survey.ts';
import { courseRoleOf, courseRoles, declaredRole } from './words.ts';

type Cells = SourceRow['cells'];

export function users(source: CsvSource): Maker {
  return {
    table: 'users',
    source,
    columns: { sourcedId: 'user_id', username: 'login_id', givenName: 'first_name', familyName: 'last_name' },
    *make(row, made) {
      const { user_id: id = '', login_id = '', email = '', pronouns = '', integration_id = '' } = row.cells;
      const standing = standingOf({ file: source.name, entity: 'users', words: 'users' }, row, { id, made });
      if (standing === undefined) return;
      yield {
        ...{ sourcedId: id, status: statusCell(standing), enabledUser: String(standing === 'active') },
        ...{ username: login_id, email, pronouns, identifier: integration_id, ...nameOf(row.cells) },
      };
    },
  };
}

/** The full name counts more than its parts, cut as the sortable one says. */
function nameOf({ full_name, sortable_name, first_name = '', last_name = '' }: Cells) {
  if (full_name === undefined) return { givenName: first_name, familyName: last_name };
  const { givenName, familyName } = givenAndFamily(sortable_name ?? full_name);
  const isSame = full_name === `${givenName} ${familyName}`;
  return isSame ? { givenName, familyName } : givenAndFamily(full_name);
}

/**
 * A user's row names no school, so roles are what enrollments show, at the school of the course; who is in no course has none. One a
 * school is primary: what the user's row declares, else what weighs most.
 */
export function userRoles(source: CsvSource, survey: Survey): Maker {
  return {
    table: 'roles',
    source,
    columns: { userSourcedId: 'user_id' },
    *make({ cells: { user_id: id = '', declared_user_type } }, made) {
      if (!made.has('users', id) || survey.isDeletedUser(id)) return;
      const declared = declaredRole(declared_user_type);
      for (const { org, roles } of survey.places.of(id)) {
        const words = roles.flatMap((role) => courseRoles[role]?.user ?? []);
        const primary = words.find((word) => word === declared) ?? words[0];
        for (const role of words) {
          const roleType = role === primary ? 'primary' : 'secondary';
          yield { userSourcedId: id, roleType, role, orgSourcedId: org };
        }
      }
    },
  };
}

/** Only what Canvas itself calls an account's administrator; what other roles may do is said nowhere in the files. */
export function adminRoles(source: CsvSource, survey: Survey): Maker {
  return {
    table: 'roles',
    source,
    columns: { userSourcedId: 'user_id', orgSourcedId: 'account_id' },
    *make(row, made) {
      const { user_id = '', account_id, status } = row.cells;
      if (status?.toLowerCase() !== 'active' || survey.isDeletedUser(user_id)) return;
      if (!/^account ?admin$/i.test(roleCell(row.cells))) {
        const column = row.cells.role === undefined ? 'role_id' : 'role';
        warn(source.name, row, { column, code: 'unknown-value', detail: 'AccountAdmin' }, made);
        return;
      }
      const role = account_id === undefined ? 'districtAdministrator' : 'siteAdministrator';
      yield { userSourcedId: user_id, roleType: 'secondary', role, orgSourcedId: account_id ?? district };
    },
  };
}

export function observerAgents(source: CsvSource, survey: Survey): Maker {
  return {
    table: 'agents',
    source,
    columns: { userSourcedId: 'student_id', agentSourcedId: 'observer_id' },
    *make({ cells: { observer_id = '', student_id = '', status } }) {
      if (status?.toLowerCase() === 'active' && !survey.isDeletedUser(observer_id))
        yield { userSourcedId: student_id, agentSourcedId: observer_id };
    },
  };
}

/** Whom an observer's enrollment names. */
export function enrollmentAgents(source: CsvSource, survey: Survey): Maker {
  return {
    table: 'agents',
    source,
    columns: { userSourcedId: 'associated_user_id', agentSourcedId: 'user_id' },
    *make({ cells }) {
      const { user_id = '', associated_user_id, status } = cells;
      const isObserver = courseRoleOf(roleCell(cells)) === courseRoleOf('observer');
      if (associated_user_id === undefined || !isObserver || status?.toLowerCase() !== 'active') return;
      if (!survey.isDeletedUser(user_id))
        yield { userSourcedId: associated_user_id, agentSourcedId: user_id };
    },
  };
}
