/**
 * The canonical roster: OneRoster's records with references as plain ids.
 * Every adapter yields these; nothing after an adapter knows which format a district sent.
 * A field that the feed leaves blank is absent. Dates are calendar days `YYYY-MM-DD`; `endDate` is exclusive.
 */
export type Org = {
  sourcedId: string;
  name: string;
  /** `department`, `school`, `district`, `local`, `state`, `national` or `ext:…`. */
  type: string;
  identifier?: string;
  parentId?: string;
};

export type AcademicSession = {
  sourcedId: string;
  title: string;
  /** `gradingPeriod`, `semester`, `schoolYear`, `term` or `ext:…`. */
  type: string;
  startDate: string;
  endDate: string;
  parentId?: string;
  /** The year the school year ends in. */
  schoolYear: string;
};

export type Course = {
  sourcedId: string;
  title: string;
  schoolYearId?: string;
  courseCode?: string;
  grades?: string[];
  orgId?: string;
  subjects?: string[];
  subjectCodes?: string[];
};

export type ClassRecord = {
  sourcedId: string;
  title: string;
  courseId?: string;
  classCode?: string;
  /** `homeroom`, `scheduled` or `ext:…`. */
  classType: string;
  location?: string;
  grades?: string[];
  schoolId: string;
  termIds?: string[];
  subjects?: string[];
  subjectCodes?: string[];
  periods?: string[];
};

/** What a person is at one org. In 1.1 one role at each of the user's orgs. */
export type UserRole = {
  /** Of the row of `roles.csv` where a feed has one: changes name the role by it. */
  sourcedId?: string;
  roleType: 'primary' | 'secondary';
  /** OneRoster 1.2's vocabulary and 1.1's `administrator`, or `ext:…`. */
  role: string;
  orgId: string;
  beginDate?: string;
  endDate?: string;
};

export type User = {
  sourcedId: string;
  enabledUser: boolean;
  username?: string;
  userIds?: { type: string; identifier: string }[];
  givenName: string;
  familyName: string;
  middleName?: string;
  preferredGivenName?: string;
  preferredMiddleName?: string;
  preferredFamilyName?: string;
  pronouns?: string;
  identifier?: string;
  email?: string;
  /** Present only where the district asked for phone numbers. */
  sms?: string;
  phone?: string;
  /** Relationships: a student's guardians and a guardian's students, as the feed gives them. */
  agentIds?: string[];
  grades?: string[];
  userMasterIdentifier?: string;
  primaryOrgId?: string;
  /** What a person is at work, from the extension columns `metadata.title` or `metadata.jobTitle`, and `metadata.department`. */
  title?: string;
  department?: string;
  /** Written by people alone: the record that the same person goes by. */
  sameAsId?: string;
  /** Written by people alone: records that are not this person, however alike. */
  differsFromIds?: string[];
  /** Sorted by org, role, begin; in a 1.2 feed joined from `roles.csv`. */
  roles: UserRole[];
  /** Present only where the district asked for them. */
  demographics?: Record<string, string>;
} & UserFacts;

/** What only some formats say of people, for role systems that ask for it; lists are sorted. */
export type UserFacts = {
  /** What the person is to students who name them as an agent, in pcr's words, e.g. `Parent`. */
  relations?: { id: string; relationship: string }[];
  /** Inquiry and applicant records of the person's household. */
  applicants?: { id: string; relationship: string; status: string }[];
  /** Inquiry and applicant records that the person evaluates. */
  evaluates?: string[];
  /** Of a student, for the scopes of staff. */
  tags?: string[];
  /** On the person's student, household or donor record. */
  attributes?: { name: string; year?: string }[];
  /** Of a student: statuses by school year. */
  statuses?: Record<string, string>;
  /** The person has a donor record. */
  donor?: true;
};

/** One of them, as a row of a feed says it. */
export type UserFact =
  | { fact: 'relation'; id: string; relationship: string }
  | { fact: 'applicant'; id: string; relationship: string; status: string }
  | { fact: 'evaluates'; id: string }
  | { fact: 'tag'; tag: string }
  | { fact: 'attribute'; name: string; year?: string }
  | { fact: 'status'; year: string; status: string }
  | { fact: 'donor' };

export type Enrollment = {
  sourcedId: string;
  classId: string;
  schoolId: string;
  userId: string;
  /** `administrator`, `proctor`, `student`, `teacher` or `ext:…`. */
  role: string;
  primary?: boolean;
  beginDate?: string;
  endDate?: string;
};

export type RecordOf = {
  orgs: Org;
  academicSessions: AcademicSession;
  courses: Course;
  classes: ClassRecord;
  users: User;
  enrollments: Enrollment;
};

/** The entities that a sync counts, parents before children. */
export const entities = ['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments'] as const;
export type Entity = (typeof entities)[number];

/**
 * `suspended`: a full feed no longer has the record. `tobedeleted`: the feed says so itself.
 * Neither is a deletion; a record that returns is reactivated with its history.
 */
export type RecordStatus = 'active' | 'suspended' | 'tobedeleted';
