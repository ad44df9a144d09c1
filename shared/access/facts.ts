import type { RecordStatus } from '../roster/records.ts';

/**
 * What a check reads, one item each, no name or address in any of them. The roster part of an item is derived by the
 * sync and versioned by generation (decision 0004); the manual part is written by people and holds at once.
 */

/** `begin` inclusive, `end` exclusive, blank = open; both calendar days in the district's time zone. */
export type Period = { begin?: string; end?: string };

export type Scope = {
  type: 'district' | 'customer' | 'school' | 'class' | 'account';
  /** Ids of that type, sorted. For `district` the district's id. */
  ids: string[];
  /** Of an account: the students that the holder reaches there by every assignment; none and no tags = all. */
  yearLevels?: string[];
  tags?: string[];
};

/** What narrows a staff member to some students of an account; both empty = all of them. */
export type StudentReach = { yearLevels: string[]; tags: string[] };

export type AssignmentSource = 'roster' | 'manual' | 'calculated';

export type Assignment = {
  id: string;
  system: string;
  role: string;
  scope: Scope;
  source: AssignmentSource;
  /** Calendar days; outside them the assignment grants nothing. `until` is exclusive. */
  from?: string;
  until?: string;
  /** The mapping rule that made it, for `source: roster`. */
  rule?: string;
  /** As one system sees it (seasons.ts): its own days, where lead-in or trail-off holds it today. */
  ownDays?: Period;
};

/** A class that a person is enrolled in, and in what part. */
export type Membership = Period & {
  classId: string;
  schoolId: string;
  role: string;
  /** As one system sees it (seasons.ts): its own days, where lead-in or trail-off holds it today. */
  ownDays?: Period;
};

/** The roster part of a person's access document. */
export type PersonFacts = {
  status: RecordStatus;
  enabled: boolean;
  /** Orgs of the person's roles without dates, sorted. */
  orgIds: string[];
  /** Orgs where the person has only roles with dates: their own org on those days. Absent where there are none. */
  datedOrgs?: (Period & { orgId: string })[];
  memberships: Membership[];
  /** Year levels, as the roster gives them to a student; absent where it gives none. */
  grades?: string[];
  /** One of the roster's students; absent where not. */
  student?: true;
  /** The record that the person goes by; then nothing else is said here. */
  same?: string;
  /** The person's other records. */
  also?: string[];
  /** Of one of several records: where it alone places the person, by which limited clients are shown it. */
  alone?: RecordFactsAlone;
  /** Students that the roster names the person for, with pcr's word for the role, e.g. `Parent`. */
  related?: Related[];
  assignments: Assignment[];
  /** Privileged roles that a mapping rule would give and a person must confirm. */
  requests: Assignment[];
} & ToldFacts;

export type RecordFactsAlone = Pick<
  PersonFacts,
  | 'status'
  | 'enabled'
  | 'orgIds'
  | 'datedOrgs'
  | 'memberships'
  | 'grades'
  | 'student'
  | 'assignments'
  | 'requests'
>;

/** What a feed says of a person for role systems that ask for it; what people keep of the same beats it (decision 0021). */
export type ToldFacts = {
  tags?: string[];
  attributes?: Attribute[];
  statuses?: StatusByYear;
  applicants?: { id: string; relationship: string; status: string }[];
  evaluates?: string[];
  donor?: true;
};

export type Related = { id: string; relationship: string };

/** A person's access document as one answer sees it. */
export type Person = {
  id: string;
  /** Absent for an account that no roster person stands behind. */
  roster?: PersonFacts;
  manual: Assignment[];
  /** Without one, roles that need a web ID are not effective. */
  webId?: string;
  /** Of staff: by account id, beside what stands in the scopes of their assignments there. */
  accounts?: Record<string, StudentReach>;
  /** Of a student. */
  tags?: string[];
  /** Systems with an open invitation to set up an account. */
  invited?: string[];
  login?: LoginFacts;
  /** What people keep of the person for catalogues of their own. */
  properties?: Properties;
  /** What the login's profile record says. */
  records?: RecordFacts;
  /** Of a person who is asked about: what their other logins hold, which they hold as well. */
  others?: Pick<Person, 'login' | 'records'>[];
};

/** What a district keeps of a user or of a resource of a catalogue's own type, by name. */
export type Properties = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export const profileKinds = ['student', 'household', 'staff', 'donor'] as const;
export type ProfileKind = (typeof profileKinds)[number];

/** The user account behind an id, where it has one. */
export type LoginFacts = {
  approved: boolean;
  locked: boolean;
  /** Associated ids. */
  ledgers: string[];
  schools: string[];
  /** The record that the user is tied to. */
  profile?: { kind: ProfileKind; id: string };
  /** Digests (see `digestOf`) of the profile record's e-mail addresses, never the user's own. */
  mail?: string[];
};

/** Statuses by school year, e.g. `{"2027": "Enrolled"}`. */
export type StatusByYear = Record<string, string>;

/** The facts that calculated roles need; what the profile isn't tied to is absent. Ids of students are the roster's. */
export type RecordFacts = {
  student?: { id: string; status: StatusByYear };
  household?: {
    students: { id: string; relationship: string; status: StatusByYear }[];
    applicants: { id: string; relationship: string; status: string }[];
  };
  /** Inquiry and applicant records that the user evaluates. */
  evaluates?: string[];
  /** On the attached student, household or donor record. */
  attributes?: Attribute[];
};

export type Attribute = { name: string; year?: string };

/**
 * `inactive`: switched off by people; what the roster no longer has is not active by its status. `ended`: the first day on which the
 * new school year has no place for it; the roster has it for the days that some system keeps it.
 */
export type ClassFacts = { status: RecordStatus; schoolId: string; inactive?: boolean; ended?: string };
export type OrgFacts = { status: RecordStatus; type: string; parentId?: string };

/** What every check of a district shares: one small item, kept in several copies (decision 0005). */
export type DistrictFacts = {
  id: string;
  /** IANA name; decides what day it is. */
  timeZone: string;
  /** Generation of the last committed sync, 0 before the first. */
  committed: number;
  /** Grows with every change of a setting or manual assignment that goes through the head. */
  revision: number;
  settings: Record<string, boolean>;
  /** Customers that the district is in. */
  customers?: string[];
  /** The year that the present school year ends in. */
  schoolYear?: string;
  season?: SeasonDays;
  /** Versions of the district's own catalogues, by system (decision 0010). */
  catalogues?: Record<string, string>;
  /** Overlays that are switched on, in the order in which they apply. */
  overlays?: ActiveOverlay[];
};

/** Days by system in which staff hold a class before it begins and after it has ended, and the feed whose setting they are. */
export type SeasonDays = {
  feed: string;
  leadInDays: Readonly<Record<string, number>>;
  trailOffDays: Readonly<Record<string, number>>;
};

/** `version`: of an overlay of the district's own; absent = the catalogue's. */
export type ActiveOverlay = { system: string; name: string; version?: string };

/** The resource of a check, as the service knows it. */
export type ResourceFacts =
  | { type: 'district'; id: string }
  | { type: 'school'; id: string; org: OrgFacts }
  /** `seats`: holders of limited roles there, by `<system>:<role>`; absent = not known. */
  | { type: 'account'; id: string; org: OrgFacts; seats?: Record<string, string[]> }
  | { type: 'class'; id: string; class: ClassFacts }
  | { type: 'student' | 'user'; id: string; person: Person }
  | { type: 'setting'; id: string }
  | { type: 'ledger' | 'school_division' | 'applicant' | 'report'; id: string }
  | { type: 'page'; id: string; role?: string }
  | { type: 'cms_content'; id: string; attributeRole?: string; year?: string }
  | { type: 'dat_query' | 'dat_filter'; id: string; ownerExists: boolean; copyKept: boolean }
  | OwnResource;

/** Of a catalogue's own type `of`. It lies in its class and orgs, and in the district. */
export type OwnResource = {
  type: 'own';
  of: string;
  id: string;
  properties: Properties;
  /** With a class, its school too. */
  orgIds: readonly string[];
  classId?: string;
};

/** What the properties of a question name, by id. A map that is absent was not read: nothing follows from it. */
export type NamedFacts = {
  persons?: ReadonlyMap<string, Person>;
  classes?: ReadonlyMap<string, ClassFacts>;
  orgs?: ReadonlyMap<string, OrgFacts>;
  /** How many users have the username or e-mail, by `lookupId`; none where it is absent. */
  logins?: ReadonlyMap<string, number>;
};

/** Everything one evaluation needs, read in one round trip. Absent = not known to this district. */
export type CheckFacts = {
  district: DistrictFacts;
  /** A person who signs in by several logins is each of them in turn: `logins` are the others. */
  subject?: Person;
  logins?: Person[];
  resource?: ResourceFacts;
  more?: NamedFacts;
  /** The roster's own ids of subject and resource, where the question names either by an id that a feed has for it. */
  own?: { subject: string; resource: string };
};

/** The question, in AuthZEN's words. */
export type AccessQuestion = {
  subject: { type: string; id: string; properties?: Record<string, unknown> };
  action: { name: string; properties?: Record<string, unknown> };
  resource: { type: string; id: string; properties?: Record<string, unknown> };
};

export type ReasonCode =
  | 'allowed'
  | 'no-role'
  | 'out-of-scope'
  | 'condition'
  | 'not-effective'
  | 'expired'
  | 'suspended'
  | 'rule'
  | 'unknown-subject'
  | 'unknown-resource'
  | 'unknown-action';

export type Reason = {
  code: ReasonCode;
  /** Id of the assignment that allowed, or came nearest. */
  assignment?: string;
  /** `<system>:<permission>/<role>`; without the role where the subject holds none of the system. */
  row?: string;
  /** Line of the source document, `001:141`. */
  source?: string;
  /** One sentence for an administrator. */
  message: string;
  /** Only where the question asked to explain: the facts in order, and the nearest misses in words. */
  path?: string[];
  missed?: string[];
};

export type Decision = { decision: boolean; reason: Reason };
