import * as z from 'zod';
import { Condition } from './conditions.ts';
import type { Scope } from './facts.ts';

/**
 * The shape of a catalogue file: one role system as data, read by one interpreter (evaluate.ts). Shipped catalogues and a
 * district's own have the same shape. What a schema can't say (unknown roles, duplicates) is in parse-catalogue.ts.
 */
const Id = z.string().regex(/^[a-z][a-z0-9_]*$/, 'An id is lower case letters, digits and underscores.');
const DottedId = z
  .string()
  .regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/, 'A name is ids joined by dots, e.g. "roster.view".');

/** Letters of either case: an action of another system can be `GET`. */
const PermissionId = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$/,
    'A permission is letters, digits and underscores, joined by dots, e.g. "roster.view".',
  );

/** Lines of the source document, `001:141`; the first is the one that answers cite. */
const Source = z
  .array(
    z
      .string()
      .regex(/^[^\s:]+:\d+$/, 'A source is the document id and a line in it, e.g. "001:141"; list several.'),
  )
  .min(1);

const ScopeType = z.enum(['customer', 'district', 'account', 'school', 'class']);
/** Narrowest last. A customer is a set of districts. */
export const scopeTypes: readonly Scope['type'][] = ScopeType.options;

export const resourceTypes = [
  'district',
  'school',
  'account',
  'class',
  'student',
  'user',
  'setting',
  'applicant',
  'ledger',
  'school_division',
  'page',
  'cms_content',
  'dat_query',
  'dat_filter',
  'report',
] as const;
export type ResourceType = (typeof resourceTypes)[number];

/** A resource type of a catalogue's own; what districts keep of one is {@link Properties} (facts.ts). */
const OwnResourceType = z.strictObject({
  type: Id,
  label: z.string().min(1),
  /** Only what is kept exists; else whoever names one makes it known, with the properties of the question. */
  kept: z.literal(true).optional(),
});
export type OwnResourceType = z.infer<typeof OwnResourceType>;

/** How a calculated role follows from the records of a login; see calculated-roles.ts. */
const Calculation = z.discriminatedUnion('kind', [
  /** The attached student has the status in the present school year. */
  z.strictObject({ kind: z.literal('student'), status: z.string().min(1) }),
  /** The attached household has exactly the relationship to a student with the status in the present school year. */
  z.strictObject({
    kind: z.literal('household-student'),
    relationship: z.string().min(1),
    status: z.string().min(1),
  }),
  /** The attached household has exactly the relationship to an applicant whose status is another. */
  z.strictObject({
    kind: z.literal('household-applicant'),
    relationship: z.string().min(1),
    statusNot: z.string().min(1),
  }),
  /** The user evaluates at least one applicant. */
  z.strictObject({ kind: z.literal('evaluator') }),
]);
export type Calculation = z.infer<typeof Calculation>;

const Role = z.strictObject({
  id: Id,
  /** As the source prints it. */
  label: z.string().min(1),
  /** What an assignment of the role is given for; one for another scope type grants nothing. */
  scope: ScopeType,
  /** Other scope types that it may be given for. */
  alsoFor: z.array(ScopeType).min(1).optional(),
  /** The source's word for a kind of role, e.g. `organization`. */
  level: z.string().min(1).optional(),
  /** Present: never assigned by hand. */
  calculated: Calculation.optional(),
  /** Never given by a feed alone: a mapping rule makes a request that a person confirms. */
  privileged: z.boolean(),
  /** Holders at most, per scope id; absent = many. */
  seats: z
    .int('Seats are a whole number, 1 or more.')
    .positive('A role has 1 seat or more; leave "seats" out for as many holders as there are.')
    .optional(),
  /** Grants nothing until the user has a web ID. */
  needsWebId: z.boolean().optional(),
  source: Source,
  /** What of the role the source doesn't say, and how that is read. */
  reason: z.string().min(1).optional(),
});
export type Role = z.infer<typeof Role>;

const Setting = z.strictObject({
  /** Begins with the system id: a district keeps the settings of all systems in one place. */
  id: DottedId,
  label: z.string().min(1),
  default: z.boolean(),
  /** The permission that changes it. */
  changeWith: PermissionId,
  source: Source,
});
export type Setting = z.infer<typeof Setting>;

/** `allow` anywhere in the role's scope, or only when every condition also holds. A role without a cell is denied. */
const Cell = z.union(
  [
    z.literal('allow'),
    z.strictObject({ when: z.array(Condition).min(1) }),
    /** An assignment for classes counts as one for the schools that the classes are in. */
    z.strictObject({ within: z.literal('schoolOfClasses'), when: z.array(Condition) }),
  ],
  { error: 'A cell is "allow" or {"when": [conditions]}; leave it out to deny.' },
);
export type Cell = z.infer<typeof Cell>;

/** `printed`: plain in the source. `read`: the source is damaged or silent, and `reason` says how it is read. */
const provenance = {
  source: Source,
  standing: z.enum(['printed', 'read']),
  reason: z.string().min(1).optional(),
};

/** What holds for everybody whom a row allows; a denial quotes `says`. */
const Rule = z.strictObject({
  says: z.string().min(1),
  must: Condition,
  source: Source,
  /** Present where the rule is read, not printed. */
  reason: z.string().min(1).optional(),
});
export type Rule = z.infer<typeof Rule>;

const Row = z.strictObject({
  permission: PermissionId,
  /** The task in the words of the first source line. */
  task: z.string().min(1),
  /** Resource types that the permission can be asked on. */
  resources: z.array(Id).min(1),
  ...provenance,
  cells: z.record(Id, Cell),
  rules: z.array(Rule).min(1).optional(),
  /**
   * Who needs no role: whoever meets the conditions. `evenInactive`: those too whom the roster suspends or disables, where
   * the permission doesn't come with anything that a role could give.
   */
  open: z
    .strictObject({ when: z.array(Condition).min(1), evenInactive: z.literal(true).optional() })
    .optional(),
  /** Cells that an overlay changed, by role. */
  overlaid: z.record(Id, z.strictObject({ overlay: z.string(), ...provenance })).optional(),
});
export type Row = z.infer<typeof Row>;

/** A named set of cell changes that a district can switch on; its settings exist only while it is on. */
export const Overlay = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'An overlay name is lower case letters, digits and hyphens.'),
  label: z.string().min(1),
  /** That sources cite, where it is not the catalogue's. */
  document: z.strictObject({ id: z.string().min(1), title: z.string().min(1) }).optional(),
  settings: z.array(Setting),
  changes: z
    .array(
      z.strictObject({
        permission: PermissionId,
        role: Id,
        cell: z.union([z.literal('deny'), Cell], {
          error: 'A cell of an overlay is "allow", "deny" or {"when": [conditions]}.',
        }),
        ...provenance,
      }),
    )
    .min(1),
});
export type Overlay = z.infer<typeof Overlay>;

export const Catalogue = z.strictObject({
  system: Id,
  title: z.string().min(1),
  /** The document that sources cite by `id`. */
  document: z.strictObject({ id: z.string().min(1), title: z.string().min(1) }),
  /** Scope types that the system's roles use. */
  scopes: z.array(ScopeType).min(1),
  roles: z.array(Role).min(1),
  /** Roles `<prefix><name>` for the attributes of a login's records, all calculated; cells can't name them. */
  attributeRoles: z.strictObject({ prefix: z.string().min(1), source: Source }).optional(),
  /** Users are accounts of the system: they lie where their own assignments do, and only without one where the roster has them. */
  usersLieByAssignment: z.literal(true).optional(),
  /** Subject types of a question that name a user, beside `user`. */
  subjectTypes: z.array(Id).min(1).optional(),
  /** Beside those that every catalogue can name. */
  resourceTypes: z.array(OwnResourceType).min(1).optional(),
  /** Rules of a mapping give a person one of these at a school: the first. */
  oneOf: z.array(Id).min(2).optional(),
  settings: z.array(Setting),
  rows: z.array(Row).min(1),
  overlays: z.array(Overlay),
});
export type Catalogue = z.infer<typeof Catalogue>;

/** The catalogues that a check is asked against, keyed by system id. */
export type CatalogueSet = ReadonlyMap<string, Catalogue>;

type Index = {
  roles: ReadonlyMap<string, { role: Role; order: number }>;
  rows: ReadonlyMap<string, Row>;
  settings: ReadonlyMap<string, Setting>;
};

/** Catalogues are never changed in place, so that an index of one is good for as long as it lives. */
const indexes = new WeakMap<Catalogue, Index>();

function indexOf(catalogue: Catalogue): Index {
  const known = indexes.get(catalogue);
  if (known) return known;
  const index: Index = {
    roles: new Map(catalogue.roles.map((role, order) => [role.id, { role, order }])),
    rows: new Map(catalogue.rows.map((row) => [row.permission, row])),
    settings: new Map(catalogue.settings.map((setting) => [setting.id, setting])),
  };
  indexes.set(catalogue, index);
  return index;
}

export function findRole(catalogue: Catalogue, id: string): Role | undefined {
  return indexOf(catalogue).roles.get(id)?.role;
}

/** Place of a role in the catalogue's order. */
export function orderOfRole(catalogue: Catalogue, id: string): number {
  return indexOf(catalogue).roles.get(id)?.order ?? catalogue.roles.length;
}

export function findRow(catalogue: Catalogue, permission: string): Row | undefined {
  return indexOf(catalogue).rows.get(permission);
}

/** The type of the catalogue's own, if it is one. */
export function findOwnType({ resourceTypes: own }: Catalogue, type: string): OwnResourceType | undefined {
  return own?.find((one) => one.type === type);
}

/** Whether a subject of the type is a user to the catalogue. */
export function isUserType({ subjectTypes }: Catalogue, type: string): boolean {
  return type === 'user' || (subjectTypes?.includes(type) ?? false);
}

export function findSetting(catalogue: Catalogue, id: string): Setting | undefined {
  return indexOf(catalogue).settings.get(id);
}

/** Whether a role stands for an attribute of a record. */
export function isAttributeRole({ attributeRoles }: Catalogue, id: string): boolean {
  return attributeRoles !== undefined && id.startsWith(attributeRoles.prefix);
}

/** Whether the role may be given for such a scope. */
export function isGivenFor(role: Role, scope: string): boolean {
  return role.scope === scope || (role.alsoFor?.some((type) => type === scope) ?? false);
}

/** Absent = deny. */
export function cellOf(row: Row, role: string): Cell | undefined {
  return Object.hasOwn(row.cells, role) ? row.cells[role] : undefined;
}

/** The line that a role's answer cites: that of the overlay which changed the cell, or the row's first. */
export function sourceOf(row: Row, role: string): string | undefined {
  const overlaid =
    row.overlaid !== undefined && Object.hasOwn(row.overlaid, role) ? row.overlaid[role] : undefined;
  return (overlaid ?? row).source[0];
}
