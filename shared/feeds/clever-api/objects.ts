import * as z from 'zod';
import type { Include } from '../oneroster-csv/tables.ts';

/**
 * What is kept of Clever's objects: all else falls away before anything is stored. Clever may leave out any field but `id`, give `null`,
 * or give a blank; all three are one here. Enumerations are read as text, as values are added over time.
 * Source: github.com/Clever/swagger-api, v3.0.yml and v3.1.yml at 08cff70.
 */
const Text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .transform((text) => text?.trim() || undefined);

const Id = z.string().min(1);
const Ids = z
  .array(Id)
  .nullish()
  .transform((ids) => ids ?? undefined);

const Name = z.object({ first: Text, middle: Text, last: Text });
const Credentials = z.object({ district_username: Text });
const AtSchool = z.object({ school: Text, start_date: Text, end_date: Text });

export const District = z.object({ id: Id, name: Text, state: Text, nces_id: Text });

const School = z.object({
  ...{ id: Id, district: Text, name: Text, school_number: Text, sis_id: Text, state_id: Text, nces_id: Text },
});

const Course = z.object({ id: Id, district: Text, name: Text, number: Text });
const Term = z.object({ id: Id, district: Text, name: Text, start_date: Text, end_date: Text });

export const Section = z.object({
  ...{ id: Id, district: Text, school: Text, course: Text, term_id: Text, sis_id: Text },
  ...{ name: Text, section_number: Text, period: Text, subject: Text, grade: Text },
  ...{ teacher: Text, teachers: Ids, students: Ids },
});

const Relationship = z.object({ student: Text, relationship: Text, type: Text });
const known = { sis_id: Text, state_id: Text, legacy_id: Text, credentials: Credentials.nullish() };

const Student = z.object({
  ...{ ...known, student_number: Text, school: Text, schools: Ids, grade: Text },
  ...{ enrollments: z.array(AtSchool).nullish(), preferred_name: Name.nullish() },
  ...{ dob: Text, gender: Text, race: Text, hispanic_ethnicity: Text },
});
const Teacher = z.object({ ...known, teacher_number: Text, school: Text, schools: Ids, title: Text });
const Staff = z.object({ ...known, staff_id: Text, schools: Ids, title: Text, department: Text });
const Admin = z.object({ legacy_id: Text, title: Text });
const Contact = z.object({
  ...{ sis_id: Text, legacy_id: Text, phone: Text, phone_type: Text },
  student_relationships: z.array(Relationship).nullish(),
});

export const User = z.object({
  ...{ id: Id, district: Text, email: Text, name: Name.nullish() },
  roles: z
    .object({
      student: Student.nullish(),
      teacher: Teacher.nullish(),
      staff: Staff.nullish(),
      district_admin: Admin.nullish(),
      contact: Contact.nullish(),
    })
    .nullish(),
});

/** In the order in which they are pulled: what refers comes before what it refers to, so that a record made meanwhile is there. */
export const collections = ['sections', 'users', 'courses', 'terms', 'schools', 'districts'] as const;
export type Collection = (typeof collections)[number];

export const objects = {
  sections: Section,
  users: User,
  courses: Course,
  terms: Term,
  schools: School,
  districts: District,
} satisfies Record<Collection, z.ZodObject>;

export type CleverObject<C extends Collection> = z.output<(typeof objects)[C]>;
export type User = CleverObject<'users'>;
export type Section = CleverObject<'sections'>;

/** Who is in a section. */
const Members = z.object({ students: z.array(Id), teachers: z.array(Id) });
export type Members = z.output<typeof Members>;

/**
 * One stored line. Of a pull of changes also: `at`, when Clever recorded the last of them; `deleted`; `left`, who was in a section and is
 * no more; `contacts`, all of a student's.
 */
export type Line<C extends Collection = Collection> = {
  data: CleverObject<C>;
  at?: string;
  deleted?: true;
  left?: Members;
  contacts?: string[];
};

export function lineOf<C extends Collection>(collection: C, item: unknown): Line<C> {
  const marks = Marks.parse(item);
  // The schema of this very collection.
  return { ...marks, data: objects[collection].parse(marks.data) as CleverObject<C> } as Line<C>;
}

const Marks = z.object({
  data: z.unknown(),
  at: z.string().optional(),
  deleted: z.literal(true).optional(),
  left: Members.optional(),
  contacts: z.array(Id).optional(),
});

/** Without the phones and demographics that the district did not ask for. */
export function stripped({ roles, ...user }: User, include: Include): User {
  if (!roles) return user;
  const { student, contact } = roles;
  return {
    ...user,
    roles: {
      ...roles,
      ...(student && !include.demographics ? { student: { ...student, ...noDemographics } } : {}),
      ...(contact && !include.phones ? { contact: { ...contact, ...noPhones } } : {}),
    },
  };
}

const noDemographics = { dob: undefined, gender: undefined, race: undefined, hispanic_ethnicity: undefined };
const noPhones = { phone: undefined, phone_type: undefined };
