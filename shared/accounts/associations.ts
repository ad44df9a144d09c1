import type { CatalogueSet } from '../access/catalogue.ts';
import { evaluate } from '../access/evaluate.ts';
import type { Assignment, DistrictFacts, Person } from '../access/facts.ts';
import type { FieldProblem } from '../errors.ts';
import { type Account, loginSystem, roleAssignment } from './account.ts';

/** What an account would hold after a change, and what is new of it. */
export type Wanted = {
  account: Pick<Account, 'id' | 'approved' | 'locked' | 'profile' | 'ledgers' | 'schools'>;
  /** All it would hold in the system; a role that waits for its confirmation is not held. */
  held: readonly Assignment[];
  /** Roles to be given or asked for. */
  roles: readonly string[];
  /** Associated before: these may stay, whatever has become of the roles (003:11, 21). */
  before: Pick<Account, 'ledgers' | 'schools'>;
};

/**
 * Roles and associations that the catalogue's own rules refuse, by their places in the request. The rules are asked on behalf of
 * one who holds security_full, so that nothing but a rule can refuse. Source: 003:11, 13, 21.
 */
export function refusals(
  catalogues: CatalogueSet,
  { district, today }: { district: DistrictFacts; today: string },
  wanted: Wanted,
): FieldProblem[] {
  const { account, before } = wanted;
  const { id, approved, locked, profile } = account;
  const person: Person = {
    id,
    manual: [...wanted.held],
    login: { approved, locked, ...before, ...(profile === undefined ? {} : { profile }) },
  };
  const administrator = 'administrator';
  const subject: Person = {
    id: administrator,
    manual: [roleAssignment('security_full', { id: administrator, district: district.id })],
  };
  const ask = (permission: string, property: string, pointer: string) => (value: string, at: number) => {
    const resource = { type: 'user', id, properties: { [property]: value } } as const;
    const question = {
      subject: { type: 'user', id: administrator },
      action: { name: `${loginSystem}:${permission}` },
      resource,
    };
    const facts = { district, subject, resource: { type: 'user', id, person } } as const;
    const { decision, reason } = evaluate(catalogues, facts, question, { today });
    return decision ? [] : [{ pointer: `/${pointer}/${at}`, detail: reason.message }];
  };
  return [
    ...wanted.roles.flatMap(ask('role.assign', 'role', 'roles')),
    ...account.ledgers.flatMap(ask('user.associate_ledger', 'ledger', 'ledgers')),
    ...account.schools.flatMap(ask('user.associate_school', 'school_division', 'schools')),
  ];
}
