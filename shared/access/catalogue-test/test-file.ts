import * as z from 'zod';
import { profileKinds } from '../facts.ts';

/**
 * The shape of a file of catalogue tests: what is given, and who may do what. Written by people who don't program, so that
 * what is plain is left out: whoever is named exists, is active and enabled, and an org is a school.
 */
const Id = z.string('Write an id; a number needs quotes.').min(1);
const Ids = z.array(Id);
const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'Write a day as 2026-10-15.');
/** YAML reads `2027` as a number. */
const Text = z.union([z.string(), z.number()], { error: 'Write a text or a number.' }).transform(String);
const Yes = z.literal(true, { error: 'Write true, or leave it out.' }).optional();
const Period = { from: Day.optional(), until: Day.optional() };

/** Somebody in a class, all the time or from a day until before another. */
const Member = z.union([Id, z.strictObject({ user: Id, ...Period })], {
  error: 'Write a user, or { user: …, from: …, until: … }.',
});
export type Member = z.infer<typeof Member>;

const Org = z.union([Id, z.strictObject({ type: Id, suspended: Yes })], {
  error: 'Write the type of the org, e.g. school or department.',
});

const ClassRecord = z.strictObject({
  school: Id,
  teachers: z.array(Member).optional(),
  students: z.array(Member).optional(),
  /** Switched off by people. */
  inactive: Yes,
  /** No longer in the roster. */
  suspended: Yes,
});

const Reach = { yearLevels: z.array(Text).optional(), tags: Ids.optional() };

/** A person of the roster. */
const Person = z.strictObject({
  grades: z.array(Text).optional(),
  tags: Ids.optional(),
  /** Where the person belongs beside their classes. */
  orgs: Ids.optional(),
  suspended: Yes,
  disabled: Yes,
  webId: Id.optional(),
  /** Systems with an open invitation. */
  invited: Ids.optional(),
  /** What narrows a staff member to some students, by account. */
  reach: z.record(Id, z.strictObject(Reach)).optional(),
});

const Place = z.union([Id, Ids.min(1)], { error: 'Write an id, or a list of ids.' }).optional();

const Assignment = z
  .strictObject({
    user: Id,
    role: z.string().regex(/^[^:]+:.+$/, 'Write the system and the role, e.g. hmh:teacher.'),
    district: Place,
    customer: Place,
    school: Place,
    class: Place,
    account: Place,
    ...Period,
    ...Reach,
  })
  .refine(({ district, customer, school, class: classId, account }) => {
    return [district, customer, school, classId, account].filter((place) => place !== undefined).length === 1;
  }, 'Say where: one of district, customer, school, class and account.');
export type GivenAssignment = z.infer<typeof Assignment>;

/** A status in the present school year, or by year. */
const Status = z.union([z.string(), z.record(z.string(), z.string())], {
  error: 'Write a status, or one for each year.',
});

/** A user account, with what its profile record says. */
const Login = z.strictObject({
  username: Id.optional(),
  email: Id.optional(),
  unapproved: Yes,
  locked: Yes,
  ledgers: Ids.optional(),
  schools: Ids.optional(),
  profile: z.enum(profileKinds).optional(),
  /** E-mail addresses of the profile record. */
  mail: Ids.optional(),
  student: z.strictObject({ id: Id, status: Status }).optional(),
  children: z.array(z.strictObject({ id: Id, relationship: Id, status: Status })).optional(),
  applicants: z.array(z.strictObject({ id: Id, relationship: Id, status: Id })).optional(),
  evaluates: Ids.optional(),
  attributes: z.array(z.strictObject({ name: Id, year: Text.optional() })).optional(),
});
export type Login = z.infer<typeof Login>;

const Owned = z.strictObject({ ownerRemoved: Yes, copyKept: Yes });

const Given = z.strictObject({
  today: Day,
  /** `d-1` where the tests don't care. */
  district: Id.optional(),
  customers: Ids.optional(),
  /** The year that the school year ends in. */
  schoolYear: Text.optional(),
  settings: z.record(z.string(), z.boolean()).optional(),
  /** Overlays that are on, by name. */
  overlays: Ids.optional(),
  orgs: z.record(Id, Org).optional(),
  classes: z.record(Id, ClassRecord).optional(),
  people: z.record(Id, Person.nullable()).optional(),
  assignments: z.array(Assignment).optional(),
  logins: z.record(Id, Login.nullable()).optional(),
  /** The role that opens each page. */
  pages: z.record(Id, Id).optional(),
  contents: z.record(Id, z.strictObject({ attribute: Id.optional(), year: Text.optional() })).optional(),
  queries: z.record(Id, Owned.nullable()).optional(),
  filters: z.record(Id, Owned.nullable()).optional(),
});
export type Given = z.infer<typeof Given>;

const Check = z.strictObject({
  user: Id,
  action: z.string().regex(/^[^:]+:.+$/, 'Write the system and the permission, e.g. hmh:roster.view.'),
  resource: z.string().regex(/^[^:]+:.+$/s, 'Write a type and an id, e.g. class:c1.'),
  /** What the service can't know of the resource: the properties of the check. */
  with: z.record(z.string(), z.unknown()).optional(),
  /** Beside those given, for this check only. */
  settings: z.record(z.string(), z.boolean()).optional(),
  overlays: Ids.optional(),
  today: Day.optional(),
  allowed: z.boolean('Write true or false.'),
  /** The source line that the answer cites, `001:141`, or some of its words. */
  why: z.string('Add the source line that the answer cites, or some of its words.').min(1),
});
export type Check = z.infer<typeof Check>;

export const CatalogueTests = z.strictObject({
  /** One sentence. */
  about: z.string().optional(),
  given: Given,
  check: z.array(Check).min(1, 'Add a check.'),
});
export type CatalogueTests = z.infer<typeof CatalogueTests>;
