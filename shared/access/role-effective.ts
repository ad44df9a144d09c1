import { type Catalogue, findRole, isAttributeRole, type Role } from './catalogue.ts';
import { allowed, denied } from './decision.ts';
import type { AccessQuestion, CheckFacts, Decision } from './facts.ts';
import { byText } from './order.ts';
import { findResource } from './question.ts';
import { holdingLine, holdingWords, inactivityOf, roleWords } from './sentences.ts';
import { holdingsIn, ineffectiveness } from './standing.ts';

/**
 * `<system>:role.effective`: whether the user asked about holds `properties.role` now and it grants something, whoever
 * asks. Sources are the lines that describe the role.
 */
export function roleEffective(
  catalogue: Catalogue,
  facts: CheckFacts,
  asked: AccessQuestion['resource'],
  today: string,
): Decision {
  const action = `${catalogue.system}:role.effective`;
  if (asked.type !== 'user')
    return denied('rule', `${action} can't be asked on a ${asked.type}, only on a user.`);
  const resource = findResource(catalogue, facts, asked);
  if ('decision' in resource) return resource;
  if (resource.type !== 'user') return denied('unknown-resource', `${asked.id} is not a user.`);
  const { person } = resource;
  const wanted = asked.properties?.role;
  if (typeof wanted !== 'string')
    return denied('rule', `${action} needs properties.role, the role asked about.`);
  const role = roleNamed(catalogue, withoutPrefix(catalogue.system, wanted));
  if (role === undefined) return denied('no-role', `The system ${catalogue.system} has no role ${wanted}.`);
  const named = { row: `${action}/${role.id}`, source: role.source[0] };
  const held = holdingsIn(catalogue, person, facts.district)
    .filter((assignment) => assignment.role === role.id)
    .map((assignment) => ({ assignment, lapse: ineffectiveness(assignment, role, { person, today }) }))
    .sort((a, b) => byText(a.assignment.id, b.assignment.id));
  const effective = held.find(({ lapse }) => lapse === undefined)?.assignment;
  const inactivity = inactivityOf(person);
  if (inactivity !== undefined) {
    return denied('suspended', inactivity, { ...named, assignment: (effective ?? held[0]?.assignment)?.id });
  }
  if (effective) {
    const message = `${person.id} is ${holdingWords(role, effective.scope)}.`;
    return allowed(message, { ...named, assignment: effective.id }, [holdingLine(person.id, effective)]);
  }
  const lapsed = held.find(({ lapse }) => lapse?.code === 'expired') ?? held[0];
  if (lapsed?.lapse === undefined) return denied('no-role', `${person.id} is not ${roleWords(role)}.`, named);
  const missed = held.flatMap(({ lapse }) => (lapse ? [lapse.sentence] : []));
  return denied(lapsed.lapse.code, lapsed.lapse.sentence, {
    ...named,
    assignment: lapsed.assignment.id,
    missed,
  });
}

/** A role of the catalogue, or the one that stands for an attribute of a record. */
export function roleNamed(catalogue: Catalogue, id: string): Role | undefined {
  const { attributeRoles } = catalogue;
  if (attributeRoles === undefined || !isAttributeRole(catalogue, id)) return findRole(catalogue, id);
  return {
    id,
    label: `Holder of ${id}`,
    scope: 'district',
    privileged: false,
    source: attributeRoles.source,
  };
}

function withoutPrefix(system: string, role: string): string {
  return role.startsWith(`${system}:`) ? role.slice(system.length + 1) : role;
}
