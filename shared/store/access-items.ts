import * as z from 'zod';
import type { Assignment, ClassFacts, OrgFacts, PersonFacts } from '../access/facts.ts';

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

export const StoredPersonFacts = exact<PersonFacts>(
  z.object({
    status: Status,
    enabled: z.boolean(),
    orgIds: z.array(z.string()),
    datedOrgs: z.array(z.object({ orgId: z.string(), ...period })).optional(),
    memberships: z.array(
      z.object({ classId: z.string(), schoolId: z.string(), role: z.string(), ...period }),
    ),
    grades: z.array(z.string()).optional(),
    assignments: z.array(StoredAssignment),
    requests: z.array(StoredAssignment),
  }),
);

export const StoredClassFacts: z.ZodType<ClassFacts> = z.object({ status: Status, schoolId: z.string() });

export const StoredOrgFacts = exact<OrgFacts>(
  z.object({ status: Status, type: z.string(), parentId: z.string().optional() }),
);

export const StoredHead = z.object({
  committed: z.int().nonnegative(),
  revision: z.int().nonnegative(),
  timeZone: z.string(),
  settings: z.record(z.string(), z.boolean()),
});

/** What people made of a person's item; no sync ever writes it. */
export const StoredManual = z.object({
  manual: z.record(z.string(), StoredAssignment).default({}),
  webId: z.string().optional(),
});
