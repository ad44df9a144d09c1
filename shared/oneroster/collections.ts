import type {
  AcademicSession,
  ClassRecord,
  Course,
  Enrollment,
  Entity,
  Org,
  User,
} from '../roster/records.ts';

/** A record of any entity, as far as the provider looks at it before it knows which. */
export type AnyRecord = { sourcedId: string } & Partial<Org> &
  Partial<AcademicSession> &
  Partial<Course> &
  Partial<ClassRecord> &
  Partial<User> &
  Partial<Enrollment>;

/** What a collection's records look like in JSON. */
export type Kind = 'academicSession' | 'class' | 'course' | 'demographics' | 'enrollment' | 'org' | 'user';

export type Collection = {
  entity: Entity;
  kind: Kind;
  /** Name of the list in an answer. */
  many: string;
  /** Those of the entity that it has; absent = all. */
  holds?: (record: AnyRecord) => boolean;
};

const ofType = (type: string) => (record: AnyRecord) => record.type === type;
const inRole = (role: string) => (record: AnyRecord) =>
  record.roles?.some((one) => one.role === role) ?? false;

/** The top-level collections of OneRoster 1.2's Rostering Service, by the name in their paths. */
export const collections = {
  academicSessions: { entity: 'academicSessions', kind: 'academicSession', many: 'academicSessions' },
  terms: {
    entity: 'academicSessions',
    kind: 'academicSession',
    many: 'academicSessions',
    holds: ofType('term'),
  },
  gradingPeriods: {
    entity: 'academicSessions',
    kind: 'academicSession',
    many: 'academicSessions',
    holds: ofType('gradingPeriod'),
  },
  orgs: { entity: 'orgs', kind: 'org', many: 'orgs' },
  schools: { entity: 'orgs', kind: 'org', many: 'orgs', holds: ofType('school') },
  courses: { entity: 'courses', kind: 'course', many: 'courses' },
  classes: { entity: 'classes', kind: 'class', many: 'classes' },
  users: { entity: 'users', kind: 'user', many: 'users' },
  students: { entity: 'users', kind: 'user', many: 'users', holds: inRole('student') },
  teachers: { entity: 'users', kind: 'user', many: 'users', holds: inRole('teacher') },
  enrollments: { entity: 'enrollments', kind: 'enrollment', many: 'enrollments' },
  demographics: {
    entity: 'users',
    kind: 'demographics',
    many: 'demographics',
    holds: ({ demographics }) => demographics !== undefined,
  },
} as const satisfies Record<string, Collection>;
export type CollectionName = keyof typeof collections;

export function collectionOf(name: CollectionName): Collection {
  return collections[name];
}
