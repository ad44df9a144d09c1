import type { Entity } from '../../roster/records.ts';

/**
 * What is pulled, each after what it refers to. `terms` and `gradingPeriods` are parts of `academicSessions`, `schools` of `orgs`,
 * `students` and `teachers` of `users`: none is asked for twice.
 */
export type Collection = {
  /** Last part of its path, key of its envelope, and name of its file. */
  name: 'orgs' | 'academicSessions' | 'courses' | 'classes' | 'users' | 'demographics' | 'enrollments';
  entity: Entity;
  /** One that a server may refuse or not have. */
  isOptional: boolean;
  /** Fields that are read; nothing else of an object is kept. */
  fields: readonly string[];
};

const always = ['sourcedId', 'status', 'dateLastModified'];
const words = (text: string): string[] => text.trim().split(/\s+/);

/** Source: the rostering service 1.2; for 1.1 the project's reference of feed formats, section 2. Neither phones nor anything secret. */
export const collections: readonly Collection[] = [
  {
    ...{ name: 'orgs', entity: 'orgs', isOptional: false },
    fields: [...always, ...words('name type identifier parent')],
  },
  {
    ...{ name: 'academicSessions', entity: 'academicSessions', isOptional: false },
    fields: [...always, ...words('title type startDate endDate parent schoolYear')],
  },
  {
    ...{ name: 'courses', entity: 'courses', isOptional: false },
    fields: [...always, ...words('title schoolYear courseCode grades org subjects subjectCodes')],
  },
  {
    ...{ name: 'classes', entity: 'classes', isOptional: false },
    fields: [
      ...always,
      ...words(`title course classCode classType location grades school terms subjects subjectCodes periods`),
    ],
  },
  {
    ...{ name: 'users', entity: 'users', isOptional: false },
    fields: [
      ...always,
      ...words(`enabledUser username userIds givenName familyName middleName preferredFirstName preferredMiddleName
        preferredLastName pronouns identifier email agents grades userMasterIdentifier primaryOrg role orgs roles
        metadata`),
    ],
  },
  {
    ...{ name: 'demographics', entity: 'users', isOptional: true },
    fields: [
      ...always,
      ...words(`birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican
        nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity
        countryOfBirthCode stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus`),
    ],
  },
  {
    ...{ name: 'enrollments', entity: 'enrollments', isOptional: false },
    fields: [...always, ...words('user class school role primary beginDate endDate')],
  },
];

const phones = ['sms', 'phone'];
/** Of no standard; what a person is at work. */
const metadataKept = ['title', 'jobTitle', 'department'];

/**
 * What is kept of an object: the fields that are read, references without their addresses. A server's other fields, passwords and
 * credentials among them, are gone before anything is stored.
 */
export function keptOf(
  item: Readonly<Record<string, unknown>>,
  { fields, name }: Collection,
  include: { phones?: boolean | undefined },
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  const named = name === 'users' && include.phones === true ? [...fields, ...phones] : fields;
  for (const field of named) {
    const value = item[field];
    if (value === undefined || value === null) continue;
    kept[field] = field === 'metadata' ? pick(value, metadataKept) : withoutAddresses(value);
  }
  return kept;
}

/** Objects inside records are references, roles and user ids; of each only what is read. */
const nestedKept = ['sourcedId', 'roleType', 'role', 'org', 'beginDate', 'endDate', 'type', 'identifier'];

function withoutAddresses(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAddresses);
  if (!isRecord(value)) return value;
  const kept = pick(value, nestedKept);
  return isRecord(kept.org) ? { ...kept, org: pick(kept.org, ['sourcedId']) } : kept;
}

function pick(value: unknown, names: readonly string[]): Record<string, unknown> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(names.flatMap((name) => (name in value ? [[name, value[name]]] : [])));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Some servers write numbers and booleans where the standard has text. `undefined` for what is neither, and for nothing. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
