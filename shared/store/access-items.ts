import * as z from 'zod';
import {
  type Assignment,
  type Attribute,
  type ClassFacts,
  type DistrictFacts,
  type LoginFacts,
  type OrgFacts,
  type PersonFacts,
  type Properties,
  profileKinds,
} from '../access/facts.ts';

/** The items of the table `access` as they are kept, parsed on their way out. */

const day = z.string();
const Status = z.enum(['active', 'suspended', 'tobedeleted']);

/** Optional fields of a parsed item are absent, never `undefined`: JSON and DynamoDB know no such value. */
function exact<T>(schema: z.ZodType): z.ZodType<T> {
  return schema as z.ZodType<T>;
}

export const StoredAssignment = exact<Assignment>(
  z.object({
    id: z.string(),
    system: z.string(),
    role: z.string(),
    scope: z.object({
      type: z.enum(['district', 'customer', 'school', 'class', 'account']),
      ids: z.array(z.string()),
      yearLevels: z.array(z.string()).optional(),
      tags: z.array(z.string()).optional(),
    }),
    source: z.enum(['roster', 'manual', 'calculated']),
    from: day.optional(),
    until: day.optional(),
    rule: z.string().optional(),
  }),
);

const period = { begin: day.optional(), end: day.optional() };

const StoredAlone = z.object({
  status: Status,
  enabled: z.boolean(),
  orgIds: z.array(z.string()),
  datedOrgs: z.array(z.object({ orgId: z.string(), ...period })).optional(),
  memberships: z.array(z.object({ classId: z.string(), schoolId: z.string(), role: z.string(), ...period })),
  grades: z.array(z.string()).optional(),
  student: z.literal(true).optional(),
  assignments: z.array(StoredAssignment),
  requests: z.array(StoredAssignment),
});

export const StoredPersonFacts = exact<PersonFacts>(
  StoredAlone.extend({
    same: z.string().optional(),
    also: z.array(z.string()).optional(),
    alone: StoredAlone.optional(),
    related: z.array(z.object({ id: z.string(), relationship: z.string() })).optional(),
    tags: z.array(z.string()).optional(),
    attributes: z.array(z.object({ name: z.string(), year: z.string().optional() })).optional(),
    statuses: z.record(z.string(), z.string()).optional(),
    applicants: z
      .array(z.object({ id: z.string(), relationship: z.string(), status: z.string() }))
      .optional(),
    evaluates: z.array(z.string()).optional(),
    donor: z.literal(true).optional(),
  }),
);

export const StoredClassFacts = exact<ClassFacts>(
  z.object({ status: Status, schoolId: z.string(), ended: day.optional() }),
);

export const StoredOrgFacts = exact<OrgFacts>(
  z.object({ status: Status, type: z.string(), parentId: z.string().optional() }),
);

export const StoredHead = exact<Omit<DistrictFacts, 'id'>>(
  z.object({
    committed: z.int().nonnegative(),
    revision: z.int().nonnegative(),
    timeZone: z.string(),
    settings: z.record(z.string(), z.boolean()),
    customers: z.array(z.string()).optional(),
    schoolYear: z.string().optional(),
    season: z
      .object({
        feed: z.string(),
        leadInDays: z.record(z.string(), z.number()),
        trailOffDays: z.record(z.string(), z.number()),
      })
      .optional(),
    catalogues: z.record(z.string(), z.string()).optional(),
    overlays: z
      .array(z.object({ system: z.string(), name: z.string(), version: z.string().optional() }))
      .optional(),
  }),
);

const StoredProperties: z.ZodType<Properties> = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
);

/** `webId` and `invited` are the person's, and stand with each of their logins. */
export type StoredLogin = Omit<LoginFacts, 'mail'> & { webId?: string; invited?: string[] };
export const StoredLogin = exact<StoredLogin>(
  z.object({
    approved: z.boolean(),
    locked: z.boolean(),
    ledgers: z.array(z.string()),
    schools: z.array(z.string()),
    profile: z.object({ kind: z.enum(profileKinds), id: z.string() }).optional(),
    webId: z.string().optional(),
    invited: z.array(z.string()).optional(),
  }),
);

const Manual = z.object({
  manual: z.record(z.string(), StoredAssignment).default({}),
  webId: z.string().optional(),
  /** Of a student. */
  tags: z.array(z.string()).optional(),
  /** For catalogues of the district's own. */
  properties: StoredProperties.optional(),
  /** The item is a login's. */
  login: StoredLogin.optional(),
  /** The person whom the login is tied to. */
  loginOf: z.string().optional(),
  /** Of a person: the logins tied to them, by id, each as it stands in its own item too. */
  logins: z.record(z.string(), StoredLogin).default({}),
  /** The item was a login's, whose id nobody has ever again. */
  removed: z.literal(true).optional(),
});

export type StoredManual = Omit<z.infer<typeof Manual>, 'removed'>;

/** What people made of the item of a person or login; no sync ever writes it. Of a removed login nothing is left. */
export const StoredManual = Manual.transform(
  ({ removed, ...made }): StoredManual => (removed === undefined ? made : { manual: {}, logins: {} }),
);

const attributes = exact<Attribute[]>(
  z.array(z.object({ name: z.string(), year: z.string().optional() })),
).optional();
const related = z.array(z.object({ id: z.string(), relationship: z.string() })).optional();
/** Digests of the record's e-mail addresses. */
const mail = z.array(z.string()).optional();

/**
 * Records that logins are tied to, as calculated roles need them: statuses and relationships, no names. A status or relationships
 * that are absent are the roster's.
 */
export const StoredRecord = {
  student: z.object({ status: z.record(z.string(), z.string()).optional(), attributes, mail }),
  household: z.object({ students: related, applicants: related, attributes, mail }),
  applicant: z.object({ status: z.string() }),
  evaluator: z.object({ applicants: z.array(z.string()) }),
  donor: z.object({ attributes, mail }),
};

/** What people keep of a resource of a catalogue's own type, and where it lies. */
export const StoredOwnResource = exact<StoredOwnResource>(
  z.object({
    properties: StoredProperties,
    school: z.string().optional(),
    account: z.string().optional(),
    class: z.string().optional(),
  }),
);
export type StoredOwnResource = {
  properties: Properties;
  school?: string;
  account?: string;
  class?: string;
};

/** What people keep of a page, content, query or filter. */
export const StoredResource = exact<StoredResource>(
  z.object({
    role: z.string().optional(),
    attributeRole: z.string().optional(),
    contentType: z.string().optional(),
    year: z.string().optional(),
    owner: z.string().optional(),
    copyOf: z.string().optional(),
  }),
);
export type StoredResource = {
  role?: string;
  attributeRole?: string;
  contentType?: string;
  year?: string;
  /** Of a query or filter: the login whose it is. It is open while that login is there. */
  owner?: string;
  /** The login whose it was; the owner keeps a copy of it. */
  copyOf?: string;
};

/** Whose a username or e-mail is. */
export const StoredLoginName = z.object({ login: z.string().optional() });
