import {
  type Catalogue,
  type CatalogueSet,
  findOwnType,
  findRow,
  findSetting,
  type OwnResourceType,
  type ResourceType,
  type Row,
  resourceTypes,
} from './catalogue.ts';
import { denied } from './decision.ts';
import type { AccessQuestion, CheckFacts, Decision, ResourceFacts } from './facts.ts';
import { type FactKey, namedKeys, resourceId } from './named-keys.ts';
import { isSchool } from './orgs.ts';
import { alternatives } from './sentences.ts';

/**
 * The facts that a question needs beside the district's head; absent where no stored fact could change the answer.
 * Keys may be the same. `more`: what properties name.
 */
export function factKeys(question: AccessQuestion): {
  subject?: FactKey;
  resource?: FactKey;
  more?: FactKey[];
} {
  const { subject, resource } = question;
  const kind = isResourceType(resource.type) ? factKinds[resource.type] : 'resource';
  const more = namedKeys(resource);
  return {
    ...(subject.type === nobody.type ? {} : { subject: { kind: 'person', id: subject.id } }),
    ...(kind ? { resource: { kind, id: kind === 'resource' ? resourceId(resource) : resource.id } } : {}),
    ...(more.length === 0 ? {} : { more }),
  };
}

/** The question by the roster's own ids. */
export function byOwnIds(question: AccessQuestion, { own }: Pick<CheckFacts, 'own'>): AccessQuestion {
  if (own === undefined) return question;
  const { subject, resource } = question;
  return {
    ...question,
    subject: { ...subject, id: own.subject },
    resource: { ...resource, id: own.resource },
  };
}

/** A subject of whom nothing is read: searches ask where subjects could come from before there is one. */
export const nobody = { type: 'nobody', id: 'nobody' } as const;

/** `undefined`: known by the head, or by what is asked. A type that is not here is a catalogue's own, or none. */
const factKinds: Readonly<Record<ResourceType, FactKey['kind'] | undefined>> = {
  district: undefined,
  setting: undefined,
  school: 'org',
  account: 'org',
  class: 'class',
  student: 'person',
  user: 'person',
  applicant: undefined,
  ledger: undefined,
  school_division: undefined,
  page: 'resource',
  cms_content: 'resource',
  dat_query: 'resource',
  dat_filter: 'resource',
  report: undefined,
};

export function isResourceType(type: string): type is ResourceType {
  return resourceTypes.some((known) => known === type);
}

/** Whether the catalogue can be asked about resources of the type at all. */
export function isTypeIn(catalogue: Catalogue, type: string): boolean {
  return isResourceType(type) || findOwnType(catalogue, type) !== undefined;
}

/** What stands before the colon of an action's name; empty where there is none. */
export function systemOf(action: string): string {
  return action.slice(0, Math.max(action.indexOf(':'), 0));
}

/** Whether what the records of logins say can change the answer: not in a system that has no calculated roles. */
export function readsRecords(catalogues: CatalogueSet, { action }: Pick<AccessQuestion, 'action'>): boolean {
  const catalogue = catalogues.get(systemOf(action.name));
  if (catalogue === undefined) return false;
  return (
    catalogue.attributeRoles !== undefined || catalogue.roles.some((role) => role.calculated !== undefined)
  );
}

/** Every system answers `role.effective` without a row. */
export type Asked = { catalogue: Catalogue; row: Row } | { catalogue: Catalogue; row: 'role.effective' };

/** What the action's name names, or the denial where it names nothing. */
export function findAsked(catalogues: CatalogueSet, action: string): Asked | Decision {
  const colon = action.indexOf(':');
  if (colon < 0) {
    return denied(
      'unknown-action',
      'The action names no system; ask for <system>:<permission>, e.g. hmh:roster.view.',
    );
  }
  const system = action.slice(0, colon);
  const catalogue = catalogues.get(system);
  if (!catalogue) return denied('unknown-action', `There is no system ${system}.`);
  const permission = action.slice(colon + 1);
  if (permission === 'role.effective') return { catalogue, row: permission };
  const row = findRow(catalogue, permission);
  return row
    ? { catalogue, row }
    : denied('unknown-action', `The system ${system} has no permission ${permission}.`);
}

/** The resource as this district knows it, or the denial where it doesn't. */
export function findResource(
  catalogue: Catalogue,
  facts: CheckFacts,
  { type, id }: AccessQuestion['resource'],
): ResourceFacts | Decision {
  const unknown = denied('unknown-resource', `District ${facts.district.id} has no ${type} ${id}.`);
  if (type === 'district') return id === facts.district.id ? { type, id } : unknown;
  if (type === 'setting') return findSetting(catalogue, id) ? { type, id } : unknown;
  const own = findOwnType(catalogue, type);
  if (own !== undefined) return findOwn(facts, own, id) ?? unknown;
  if (isKnownByAsking(type))
    return facts.resource?.type === type && facts.resource.id === id ? facts.resource : { type, id };
  const known = facts.resource;
  if (known === undefined || known.type !== type || known.id !== id) return unknown;
  if (known.type === 'school' && !isSchool(known.org)) {
    return denied('unknown-resource', `${id} is an org of type ${known.org.type}, not a school.`);
  }
  if (known.type === 'student' && known.person.roster === undefined) {
    return denied('unknown-resource', `${id} is an account, not a person of the roster.`);
  }
  return known;
}

function findOwn(
  { resource }: CheckFacts,
  { type, kept }: OwnResourceType,
  id: string,
): ResourceFacts | undefined {
  if (resource?.type === 'own' && resource.of === type && resource.id === id) return resource;
  return kept === true ? undefined : { type: 'own', of: type, id, properties: {}, orgIds: [] };
}

/** Nothing has to be stored of these: who reaches one, by facts or properties, names it. */
function isKnownByAsking(
  type: string,
): type is 'applicant' | 'ledger' | 'school_division' | 'page' | 'cms_content' | 'report' {
  return ['applicant', 'ledger', 'school_division', 'page', 'cms_content', 'report'].includes(type);
}

/**
 * The denial of a question whose action and resource are both known, but never go together. Its code is `rule`: nothing
 * about the subject, its scopes or the conditions would change it.
 */
export function misasked(
  catalogue: Catalogue,
  row: Row,
  { type, id }: AccessQuestion['resource'],
): Decision | undefined {
  const action = `${catalogue.system}:${row.permission}`;
  const named = { row: action, source: row.source[0] };
  if (!row.resources.some((applies) => applies === type)) {
    return denied(
      'rule',
      `${action} can't be asked on a ${type}, only on ${alternatives(row.resources)}.`,
      named,
    );
  }
  const setting = type === 'setting' ? findSetting(catalogue, id) : undefined;
  if (setting === undefined || setting.changeWith === row.permission) return undefined;
  const changedWith = `${catalogue.system}:${setting.changeWith}`;
  return denied('rule', `${id} is changed with ${changedWith}, not with ${action}.`, named);
}
