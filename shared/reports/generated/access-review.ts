import { calculatedRoles } from '../../access/calculated-roles.ts';
import type { CatalogueSet } from '../../access/catalogue.ts';
import { whyNotEffective } from '../../access/effective.ts';
import type { Assignment, DistrictFacts, Person } from '../../access/facts.ts';
import type { Row, Sheet } from './told-person.ts';
import { joined } from './told-person.ts';

/** `name`: of a user account without a person of the roster, its username. */
export type Reviewed = {
  id: string;
  name: string;
  username: string;
  person: Person;
  /** Who gave an assignment that a person made, and when: by its id. */
  given: ReadonlyMap<string, { by: string; at: string }>;
};

/** Who can what, and why: a row for each role that somebody holds, whether or not it is effective. */
export function accessReviewSheet(district: DistrictFacts, catalogues: CatalogueSet): Sheet<Reviewed> {
  return {
    columns: [
      'User id',
      'Name',
      'Username',
      'System',
      'Role',
      'Scope',
      'Scope ids',
      'Source',
      'Mapping rule',
      'Given by',
      'Given at',
      'From',
      'Until',
      'Effective',
      'Why not',
    ],
    rowsOf({ id, name, username, person, given }, { today }) {
      const held = [
        ...(person.roster?.assignments ?? []),
        ...person.manual,
        ...[...catalogues.values()].flatMap((one) => calculatedRoles(one, person, district)),
      ];
      return held.map((assignment): Row => {
        const why = whyNotEffective(assignment, { person, district, catalogues, today });
        const { by = '', at = '' } = given.get(assignment.id) ?? {};
        return [
          id,
          name,
          username,
          ...holding(assignment),
          by,
          at,
          assignment.from ?? '',
          assignment.until ?? '',
          why === undefined ? 'yes' : 'no',
          why ?? '',
        ];
      });
    },
  };
}

function holding({ system, role, scope, source, rule }: Assignment): string[] {
  return [system, role, scope.type, joined(scope.ids), source, rule ?? ''];
}
