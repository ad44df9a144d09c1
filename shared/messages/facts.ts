import * as z from 'zod';
import type { RecordKind } from '../access/named-keys.ts';
import { Email, Id, pageOf } from './parameters.ts';

/** Facts that people keep: records that calculated roles follow from, and resources. */

const Word = z.string().trim().min(1).max(100);
const Year = z
  .union([Word, z.int()])
  .transform(String)
  .meta({ description: 'The year that a school year ends in, e.g. `2027`.' });
const Attributes = z
  .array(z.strictObject({ name: Word, year: Year.optional() }))
  .max(100)
  .optional()
  .meta({ description: 'Each counts as a role `attribute:<name>` for website content (003:19).' });
// As many as a check reads.
const Related = z
  .array(z.strictObject({ id: Id, relationship: Word }))
  .max(50)
  .optional();
const Emails = z.array(Email).max(20).optional();

/** By their names in paths. */
export const recordKinds = {
  students: 'student',
  households: 'household',
  applicants: 'applicant',
  evaluators: 'evaluator',
  donors: 'donor',
} as const satisfies Record<string, RecordKind>;

// The keys of an object literal are a list of its own keys.
export const RecordKinds = z.enum(Object.keys(recordKinds) as (keyof typeof recordKinds)[]);

export const recordBodies = {
  student: z.strictObject({
    status: z.record(Word, Word).optional(),
    attributes: Attributes,
    emails: Emails,
  }),
  household: z.strictObject({
    students: Related,
    applicants: Related,
    attributes: Attributes,
    emails: Emails,
  }),
  applicant: z.strictObject({ status: Word }),
  evaluator: z.strictObject({ applicants: z.array(Id).max(1000) }),
  donor: z.strictObject({ attributes: Attributes, emails: Emails }),
} as const satisfies Record<RecordKind, z.ZodType>;

const AnyBody = z.record(z.string(), z.unknown());

export const RecordBody = AnyBody.meta({
  description: [
    'By kind. students: `status` by school year, e.g. `{"2027": "Enrolled"}`, `attributes`, `emails`.',
    'households: `students`, `applicants` (each `{id, relationship}`), `attributes`, `emails`.',
    'applicants: `status`. donors: `attributes`, `emails`.',
    'evaluators, by the id of an account or person: `applicants`, the ids of what they evaluate.',
    'An attribute is `{name, year?}`. `emails` get the general mail.',
    'A status or students that are left out are those of the roster.',
  ].join(' '),
});
export const RecordView = z.looseObject({ id: z.string() });
export const RecordPage = pageOf(RecordView);

const Owned = z.strictObject({ owner: Id.meta({ description: 'An account.' }) });

/** What a caller says of each type of resource; the rest is kept by us. */
export const resourceBodies = {
  page: z.strictObject({ role: Word }),
  cms_content: z.strictObject({
    attributeRole: Word.optional(),
    year: Year.optional(),
    contentType: Word.optional(),
  }),
  dat_query: Owned,
  dat_filter: Owned,
} as const;
export type KeptType = keyof typeof resourceBodies;

export function isKeptType(type: string): type is KeptType {
  return Object.hasOwn(resourceBodies, type);
}

export const ResourceBody = AnyBody.meta({
  description:
    'By type. page: `role`. cms_content: `attributeRole`, `year`, `contentType`. dat_query, dat_filter: `owner`, an account. Types of a catalogue’s own: `properties`, and where it lies: `school`, `account` or `class`. user: `properties`.',
});
export const ResourceView = z.looseObject({ type: z.string(), id: z.string() });
