import { RequestError } from '../../errors.ts';
import type { Catalogue, ResourceType, Role } from '../catalogue.ts';
import type { Scope } from '../facts.ts';
import { isResourceType } from '../question.ts';

/** `Hmh` for the system hmh. */
export function namespaceOf({ system }: Pick<Catalogue, 'system'>): string {
  return `${system.charAt(0).toUpperCase()}${system.slice(1)}`;
}

/** Schools and accounts are orgs, as in the roster. */
const entityTypes: Readonly<Record<ResourceType, string>> = {
  district: 'District',
  school: 'Org',
  account: 'Org',
  class: 'Class',
  student: 'Student',
  user: 'User',
  setting: 'Setting',
  applicant: 'Applicant',
  ledger: 'Ledger',
  school_division: 'SchoolDivision',
  page: 'Page',
  cms_content: 'Content',
  dat_query: 'DatQuery',
  dat_filter: 'DatFilter',
  report: 'Report',
};

/** @throws {RequestError} `catalogue-not-exportable` for a type of a catalogue's own */
export function entityTypeOf(type: string): string {
  if (isResourceType(type)) return entityTypes[type];
  throw new RequestError(
    'unprocessable',
    'catalogue-not-exportable',
    `Resources of a catalogue's own type, here ${type}, are not exported to Cedar.`,
  );
}

/** The attribute of an assignment that holds the places of its scope, by the scope's type; all others are empty. */
export const placesOf: Readonly<Record<Scope['type'], string>> = {
  customer: 'customers',
  district: 'districts',
  account: 'accounts',
  school: 'schools',
  class: 'classes',
};

/** Scope types that an assignment of the role may have. */
export function typesOf({ scope, alsoFor = [] }: Role): Scope['type'][] {
  return [...new Set([scope, ...alsoFor])];
}
