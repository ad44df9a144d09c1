import type { Catalogue, Row } from '../catalogue.ts';
import { askedBy, contextFields, principalsOf } from './cedar-context.ts';
import { entityTypeOf, namespaceOf } from './cedar-names.ts';
import { attributeName, quote } from './cedar-text.ts';

/**
 * The schema of a catalogue in Cedar's own form. Entity types are the same for every system, since all are read from the same
 * facts; settings, seats and what an action's context holds are the catalogue's.
 */
export function schemaText(catalogue: Catalogue): string {
  const lines = [...types(), ...entities(catalogue), ...actions(catalogue)];
  return `namespace ${namespaceOf(catalogue)} {\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n}\n`;
}

function types(): string[] {
  return [
    '// Of the roster; what it suspends or disables is inactive.',
    'type Roster = { status: String, enabled: Bool };',
    'type AccountLevel = { account: Org, level: String };',
    'type AccountTag = { account: Org, tag: String };',
    '// An end of a move: at most one of them; none where it names nothing that is known.',
    'type Place = { class?: Class, org?: Org, user?: User };',
    '// What the rows of an import touch. homes: schools of known classes; schools: named by rows of no known class.',
    'type Rows = {',
    '  kinds: Set<String>, staffAs: Set<String>,',
    '  classes: Set<Class>, known: Set<Class>, homes: Set<Org>, schools: Set<Org>,',
    '  schoolOnly: Bool, bare: Bool, unreadable: Bool, unknown: Bool',
    '};',
    'type Login = {',
    '  approved: Bool, locked: Bool, profile?: String, mail: Set<String>,',
    '  ledgers: Set<Ledger>, schools: Set<SchoolDivision>, orgs: Set<Org>',
    '};',
    'type Records = {',
    '  student?: { record: Student, statuses: Set<{ year: String, status: String }> },',
    '  household?: Household,',
    '  evaluates: Set<Applicant>,',
    '  attributes: Set<String>, attributesOfYear: Set<{ name: String, year: String }>',
    '};',
    '',
  ];
}

function entities({ settings, roles }: Catalogue): string[] {
  const seats = roles.filter((role) => role.seats !== undefined).map(({ id }) => attributeName(id));
  return [
    '// A role, and everybody who acts in it.',
    'entity Role;',
    '// One assignment: a role and its own scope. Of the places only those of the scope’s type are filled.',
    'entity Assignment in [Role] {',
    '  user: User, scope: String, from?: datetime, until?: datetime,',
    '  customers: Set<Customer>, districts: Set<District>, accounts: Set<Org>, schools: Set<Org>, classes: Set<Class>,',
    '  // Classes of the scope, or where that is wider, those in it that the user teaches.',
    '  assigned: Set<Class>,',
    '  // Schools of the scope’s classes.',
    '  homes: Set<Org>,',
    '  // Students that it reaches in its accounts: all, or by year level and tag.',
    '  whole: Set<Org>, levels: Set<AccountLevel>, tags: Set<AccountTag>',
    '};',
    'entity User in [Class, Org, District, Customer] {',
    '  district: District, roster?: Roster, webId?: String,',
    '  // Roles that are held by assignment and to effect, and the types of the scopes of all that is held.',
    '  holds: Set<String>, scopes: Set<String>,',
    '  teaches: Set<Class>, invited: Set<String>, login?: Login, records?: Records',
    '};',
    'entity Student in [Class, Org, District] {',
    '  roster: Roster, levels: Set<AccountLevel>, tags: Set<AccountTag>',
    '};',
    'entity Customer;',
    'entity District in [Customer] {',
    `  schoolYear?: String, settings: { ${settings.map(({ id }) => `${attributeName(id)}?: Bool`).join(', ')} }`,
    '};',
    'entity Org in [District] {',
    `  seats?: { ${seats.map((id) => `${id}: { holders: Set<String>, taken: Long }`).join(', ')} }`,
    '};',
    'entity Class in [Org] { status?: String, inactive?: Bool };',
    '// Tags: statuses of the household’s applicants, by relationship.',
    'entity Household {',
    '  students: Set<Student>, kin: Set<{ student: Student, relationship: String }>,',
    '  statuses: Set<{ relationship: String, year: String, status: String }>,',
    '  applicants: Set<Applicant>, applications: Set<{ applicant: Applicant, relationship: String }>',
    '} tags Set<String>;',
    'entity Setting, Applicant, Ledger, SchoolDivision, Report in [District];',
    'entity Page in [District] { role?: String };',
    'entity Content in [District] { attribute?: String, year?: String };',
    'entity DatQuery, DatFilter in [District] { ownerExists: Bool, copyKept: Bool };',
    '',
  ];
}

function actions(catalogue: Catalogue): string[] {
  return catalogue.rows.flatMap((row) => [
    `// ${row.task}`,
    `action ${quote(row.permission)} appliesTo {`,
    `  principal: [${principalsOf(catalogue, row).join(', ')}],`,
    `  resource: [${[...new Set(row.resources.map(entityTypeOf))].join(', ')}],`,
    `  context: { ${contextOf(row).join(', ')} }`,
    '};',
  ]);
}

function contextOf(row: Row): string[] {
  const { texts, named, found, fields } = askedBy(row);
  const record = (name: string, members: readonly string[]) =>
    members.length === 0 ? [] : [`${name}: { ${members.join(', ')} }`];
  return [
    'today: datetime',
    ...record(
      'properties',
      texts.map((text) => `${attributeName(text)}?: String`),
    ),
    ...record(
      'named',
      [...named].map(([name, type]) => `${attributeName(name)}?: ${type}`),
    ),
    ...record(
      'found',
      found.map((name) => `${attributeName(name)}?: Long`),
    ),
    ...fields.map((field) => contextFields[field]),
  ];
}
