import {
  childrenOfParent,
  fateOfStudent,
  guestSeat,
  isRenamedTeacher,
  joinersOf,
  newSchoolOfAdministrator,
  parentOfStudent,
  parentsFor,
  siteAdministratorId,
  teachersChildSeat,
} from './changes.ts';
import {
  districtOrgId,
  gradeIndexOf,
  neighbour,
  padded,
  parentId,
  type School,
  type Seat,
  studentId,
  teacherId,
} from './layout.ts';
import { nameOf, type PersonName } from './names.ts';
import { chance } from './random.ts';

/** Roles in OneRoster 1.2's words; the first at an org is the primary one there. */
export type PersonRole = { role: string; orgId: string };

export type Person = {
  id: string;
  name: PersonName;
  roles: PersonRole[];
  /** Where the person has roles of several kinds, 1.1 knows only this one and its orgs. */
  mainRole: string;
  enabled: boolean;
  emailDomain: string;
  /** Children of a parent, parents of a child. */
  agentIds: string[];
  grade: string;
  phone: string;
};

export type District = {
  seed: number;
  students: number;
  schoolYear: number;
  after: boolean;
  schools: readonly School[];
};

/** Purposes of chance; `nameOf` uses the seven numbers after its own. */
const names = { student: 100, teacher: 110, parent: 120, administrator: 130 };
const enabling = 200;

export const usernameOf = ({ id }: Person): string => id.replace('-', '');
export const identifierOf = ({ id }: Person): string => id.toUpperCase();
export const emailOf = (person: Person): string => `${usernameOf(person)}@${person.emailDomain}`;

const mail = {
  student: 'students.riverbend.example',
  staff: 'riverbend.example',
  family: 'families.example',
};

export function* peopleOf(district: District): Generator<Person> {
  for (const school of district.schools) {
    for (const student of seatsIn(district, school)) yield studentAt(district, student);
  }
  for (const school of district.schools) {
    for (let local = 0; local < school.teachers; local++) yield teacherAt(district, school, local);
    yield* otherStaffOf(district, school);
  }
  yield* districtStaffOf(district);
  for (let index = 0; index < parentsFor(district.students); index++) yield parentAt(district, index);
}

export type Student = {
  /** 0-based over the district. */
  index: number;
  /** The school of the first feed, which decides who the relatives are. */
  origin: Seat;
  /** Where the student is now. */
  seat: Seat;
  renamed: boolean;
};

/** The students that this feed has of a school's first list, and those who joined it. */
export function* seatsIn(district: District, school: School): Generator<Student> {
  const { schools, after, students } = district;
  for (let local = 0; local < school.students; local++) {
    const origin = { school, local };
    const index = school.firstStudent + local;
    const fate = after ? fateOfStudent(schools, origin) : { kind: 'stays' as const };
    if (fate.kind === 'left') continue;
    yield { index, origin, seat: fate.kind === 'moved' ? fate.to : origin, renamed: fate.kind === 'renamed' };
  }
  if (!after) return;
  for (const { index, seat } of joinersOf(schools, students, school)) {
    yield { index, origin: seat, seat, renamed: false };
  }
}

function studentAt(district: District, { index, origin, seat, renamed }: Student): Person {
  const { seed, schools } = district;
  const guestSchool = origin.local === guestSeat ? neighbour(schools, origin.school) : undefined;
  const parent = index < district.students ? parentOfStudent(index) : undefined;
  const teacherParent = teacherParentOf(schools, origin);
  const familyPurpose = parent === undefined ? names.student : names.parent;
  const own = nameOf(seed, names.student, index);
  const family = parent === undefined ? own.family : nameOf(seed, familyPurpose, parent).family;
  const name = {
    ...own,
    family: teacherParent === undefined ? family : teacherName(district, teacherParent).family,
  };
  return {
    id: studentId(index),
    name: renamed ? rename(district, name, index) : name,
    roles: [seat.school, ...(guestSchool === undefined ? [] : [guestSchool])].map(({ id }) => ({
      role: 'student',
      orgId: id,
    })),
    mainRole: 'student',
    enabled: chance(seed, enabling, index) % 400 !== 0,
    emailDomain: mail.student,
    agentIds: [
      ...(parent === undefined ? [] : [parentId(parent)]),
      ...(teacherParent === undefined ? [] : [teacherId(teacherParent)]),
    ],
    grade: seat.school.grades[gradeIndexOf(seat)] ?? '',
    phone: '',
  };
}

/** A student's parents who are in the feed, as they are there. Nobody else has any. */
export function contactsOf(district: District, { mainRole, agentIds }: Person): Person[] {
  return mainRole === 'student' ? agentIds.map((id) => relativeAt(district, id)) : [];
}

/** @throws {RangeError} for an id that is no parent's and no teacher's */
function relativeAt(district: District, id: string): Person {
  const index = Number(id.slice(4)) - 1;
  if (id === parentId(index)) return parentAt(district, index);
  const school = district.schools.find(({ firstTeacher, teachers }) => index < firstTeacher + teachers);
  if (school === undefined || id !== teacherId(index)) throw new RangeError(`Nobody's parent is ${id}`);
  return teacherAt(district, school, index - school.firstTeacher);
}

/** The second teacher of the school before is the parent of this seat's student. */
function teacherParentOf(schools: readonly School[], { school, local }: Seat): number | undefined {
  if (local !== teachersChildSeat || local >= school.students) return undefined;
  const before = schools[(school.index + schools.length - 1) % schools.length];
  return before === undefined ? undefined : before.firstTeacher + 1;
}

function teacherAt(district: District, school: School, local: number): Person {
  const next = neighbour(district.schools, school);
  const index = school.firstTeacher + local;
  const roles: PersonRole[] = [{ role: 'teacher', orgId: school.id }];
  if (isTravelling(school, local) && next !== undefined) roles.push({ role: 'teacher', orgId: next.id });
  const childSchool = next ?? school;
  const hasChild = local === 1 && childSchool.students > teachersChildSeat;
  if (hasChild) roles.push({ role: 'parent', orgId: childSchool.id });
  const name = teacherName(district, index);
  return {
    ...staff(teacherId(index), name, roles),
    name: district.after && isRenamedTeacher(index) ? rename(district, name, index) : name,
    agentIds: hasChild ? [studentId(childSchool.firstStudent + teachersChildSeat)] : [],
  };
}

const teacherName = ({ seed }: District, index: number): PersonName => nameOf(seed, names.teacher, index);

/** The last teacher of a school also teaches in the next one. */
export const isTravelling = (school: School, local: number): boolean => local === school.teachers - 1;

export const proctorId = (school: School): string => `prc-${padded(school.index + 1, 3)}`;

function* otherStaffOf({ seed, schools, after }: District, school: School): Generator<Person> {
  const number = padded(school.index + 1, 3);
  const named = (kind: number): PersonName => nameOf(seed, names.administrator, school.index * 4 + kind);
  const newSchool = after ? newSchoolOfAdministrator(schools, school) : undefined;
  yield staff(`prn-${number}`, named(0), [{ role: 'principal', orgId: school.id }]);
  yield staff(siteAdministratorId(school), named(1), [
    { role: 'siteAdministrator', orgId: newSchool?.id ?? school.id },
  ]);
  yield staff(`aid-${number}`, named(2), [{ role: 'aide', orgId: school.id }]);
  yield staff(proctorId(school), named(3), [{ role: 'proctor', orgId: school.id }]);
}

function* districtStaffOf({ seed, schools }: District): Generator<Person> {
  const named = (kind: number): PersonName => nameOf(seed, names.administrator, schools.length * 4 + kind);
  yield staff('dad-001', named(0), [{ role: 'districtAdministrator', orgId: districtOrgId }]);
  yield staff('dad-002', named(1), [{ role: 'districtAdministrator', orgId: districtOrgId }]);
  yield staff('sys-001', named(2), [{ role: 'systemAdministrator', orgId: districtOrgId }]);
}

function parentAt({ seed, schools, students }: District, index: number): Person {
  const children = childrenOfParent(index, students);
  const orgIds = new Set(children.map((child) => schoolOf(schools, child).id));
  const role = index % 5 === 4 ? 'guardian' : 'parent';
  return {
    ...staff(
      parentId(index),
      nameOf(seed, names.parent, index),
      [...orgIds].map((orgId) => ({ role, orgId })),
    ),
    emailDomain: mail.family,
    agentIds: children.map(studentId),
    phone: `555-01${padded(index % 100, 2)}`,
  };
}

/** @throws {RangeError} for a student whom no school has. */
function schoolOf(schools: readonly School[], student: number): School {
  const school = schools.find(({ firstStudent, students }) => student < firstStudent + students);
  if (school === undefined) throw new RangeError(`No school has student ${student}`);
  return school;
}

function staff(id: string, name: PersonName, roles: PersonRole[]): Person {
  return {
    id,
    name,
    roles,
    mainRole: roles[0]?.role ?? '',
    enabled: true,
    emailDomain: mail.staff,
    agentIds: [],
    grade: '',
    phone: '',
  };
}

function rename({ seed }: District, name: PersonName, index: number): PersonName {
  let family = name.family;
  for (let turn = 1; family === name.family; turn++) {
    family = nameOf(seed, names.student, index, -turn * 7919 - index).family;
  }
  return { ...name, family };
}
