/** An enumerated column. Spelling counts; another letter case is understood and reported. */
export type Vocabulary = {
  values: readonly string[];
  /** OneRoster 1.2 lets a district add values of its own as `ext:…`. */
  isExtensible: boolean;
  /** Accepted with a warning: values of older versions. */
  older?: readonly string[];
};

export type Version = '1.0' | '1.1' | '1.2';

const oldRoles = ['administrator', 'aide', 'guardian', 'parent', 'proctor', 'relative', 'student', 'teacher'];

/** Source: OneRoster CSV binding 1.0, 1.1 and 1.2, tables of enumerated values. */
export function vocabulariesOf(version: Version) {
  const isExtensible = version === '1.2';
  const of = (...values: string[]): Vocabulary => ({ values, isExtensible });
  return {
    orgType: of('department', 'school', 'district', 'local', 'state', 'national'),
    sessionType: of('gradingPeriod', 'semester', 'schoolYear', 'term'),
    classType: of('homeroom', 'scheduled'),
    sex: isExtensible ? of('male', 'female', 'unspecified', 'other') : of('male', 'female'),
    roleType: { values: ['primary', 'secondary'], isExtensible: false },
    enrollmentRole: {
      ...(version === '1.0' ? of(...oldRoles) : of('administrator', 'proctor', 'student', 'teacher')),
      ...(version === '1.1' && { older: ['aide', 'guardian', 'parent', 'relative'] }),
    },
    /** `users.role`, until 1.1. */
    userRole: of(...oldRoles),
    /** `roles.role`, 1.2 only; `administrator` is split into district, site and system administrator. */
    orgRole: of(
      'aide',
      'counselor',
      'districtAdministrator',
      'guardian',
      'parent',
      'principal',
      'proctor',
      'relative',
      'siteAdministrator',
      'student',
      'systemAdministrator',
      'teacher',
    ),
  } satisfies Record<string, Vocabulary>;
}

export type Vocabularies = ReturnType<typeof vocabulariesOf>;

/** Grade codes of the Common Education Data Standards, which OneRoster recommends and does not enforce. */
export const cedsGrades: ReadonlySet<string> = new Set([
  ...['IT', 'PR', 'PK', 'TK', 'KG'],
  ...['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13'],
  ...['PS', 'UG', 'Other'],
]);
