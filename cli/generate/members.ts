import { type ClassHandover, guestSeat, handoverIn, withdrawalIn } from './changes.ts';
import {
  classId,
  classOfSeat,
  coTeacherOfClass,
  neighbour,
  padded,
  type School,
  slots,
  studentId,
  teacherId,
  teacherOfClass,
} from './layout.ts';
import {
  type District,
  emailOf,
  identifierOf,
  type Person,
  peopleOf,
  proctorId,
  seatsIn,
  usernameOf,
} from './people.ts';
import { semesterOf } from './structure.ts';

/** 1.1 has fewer words for the same people. */
const olderRoles: Readonly<Record<string, string>> = {
  principal: 'administrator',
  siteAdministrator: 'administrator',
  districtAdministrator: 'administrator',
  systemAdministrator: 'administrator',
};

export function* userRows(district: District, version: '1.1' | '1.2'): Generator<string[]> {
  for (const person of peopleOf(district)) yield version === '1.1' ? userRow11(person) : userRow12(person);
}

function sharedCells(person: Person): string[] {
  const { name, agentIds, grade, phone } = person;
  const username = usernameOf(person);
  return [
    username,
    `{Fed:${username}}`,
    name.given,
    name.family,
    name.middle,
    identifierOf(person),
    emailOf(person),
    '',
    phone,
    agentIds.join(','),
    grade,
    '',
  ];
}

function userRow11(person: Person): string[] {
  const { id, enabled, mainRole, roles } = person;
  const orgIds = roles.filter(({ role }) => role === mainRole).map(({ orgId }) => orgId);
  const role = olderRoles[mainRole] ?? mainRole;
  return [id, '', '', String(enabled), orgIds.join(','), role, ...sharedCells(person)];
}

function userRow12(person: Person): string[] {
  const { id, enabled, roles } = person;
  return [id, '', '', String(enabled), ...sharedCells(person), id, '', '', '', roles[0]?.orgId ?? '', ''];
}

export function* roleRows(district: District): Generator<string[]> {
  for (const { id, roles } of peopleOf(district)) {
    const orgIds = new Set<string>();
    for (const [index, { role, orgId }] of roles.entries()) {
      const roleType = orgIds.has(orgId) ? 'secondary' : 'primary';
      orgIds.add(orgId);
      yield [`rol-${id}-${index + 1}`, '', '', id, roleType, role, '', '', orgId, ''];
    }
  }
}

type Membership = { school: School; class: number; userId: string; role: string; primary: string };

export function* enrollmentRows(district: District): Generator<string[]> {
  for (const school of district.schools) {
    for (const membership of studentMembershipsIn(district, school))
      yield enrollmentRow(membership, district.schoolYear);
  }
  for (const school of district.schools) {
    for (const membership of staffMembershipsIn(district, school))
      yield enrollmentRow(membership, district.schoolYear);
  }
}

function enrollmentRow(
  { school, class: local, userId, role, primary }: Membership,
  schoolYear: number,
): string[] {
  const semester = role === 'student' ? semesterOf(school, local, schoolYear) : undefined;
  const id = `enr-${padded(school.index + 1, 3)}-${padded(local + 1, 3)}-${userId}`;
  const dates = [semester?.begin ?? '', semester?.end ?? ''];
  return [id, '', '', classId(school, local), school.id, userId, role, primary, ...dates];
}

function* studentMembershipsIn(district: District, school: School): Generator<Membership> {
  for (const { index, origin, seat } of seatsIn(district, school)) {
    const userId = studentId(index);
    const base = { userId, role: 'student', primary: '' };
    for (let slot = 0; slot < slots; slot++) {
      yield { ...base, school: seat.school, class: classOfSeat(seat, slot) };
    }
    const next = neighbour(district.schools, school);
    if (origin.local === guestSeat && next !== undefined)
      yield { ...base, school: next, class: next.classes - 1 };
  }
}

/** Numbers within a school: the class where the teacher who comes from the school before helps, and the proctored one. */
const visitedClass = 1;
const proctoredClass = 2;

function* staffMembershipsIn({ schools, after }: District, school: School): Generator<Membership> {
  const handover = after ? handoverIn(school) : undefined;
  const withdrawal = after ? withdrawalIn(school) : undefined;
  for (let local = 0; local < school.classes; local++) {
    for (const { teacher, primary } of teachersOf(school, local, handover, withdrawal)) {
      const userId = teacherId(school.firstTeacher + teacher);
      yield { school, class: local, userId, role: 'teacher', primary: String(primary) };
    }
  }
  const next = neighbour(schools, school);
  if (next !== undefined) {
    const userId = teacherId(school.firstTeacher + school.teachers - 1);
    yield { school: next, class: visitedClass, userId, role: 'teacher', primary: 'false' };
  }
  yield { school, class: proctoredClass, userId: proctorId(school), role: 'proctor', primary: '' };
}

/** Teachers by class of one school, the primary one first. */
export function teachersIn(district: District, schoolId: string): Map<string, string[]> {
  const { schools } = district;
  const teachers = new Map<string, string[]>();
  const at = schools.findIndex(({ id }) => id === schoolId);
  // Those who come from the school before stand after the school's own.
  const around = [schools[at], schools.at(at - 1)].filter((school) => school !== undefined);
  for (const from of new Set(around)) {
    for (const { school, class: local, userId, role } of staffMembershipsIn(district, from)) {
      if (role !== 'teacher' || school.id !== schoolId) continue;
      const id = classId(school, local);
      teachers.set(id, [...(teachers.get(id) ?? []), userId]);
    }
  }
  return teachers;
}

function teachersOf(
  school: School,
  local: number,
  handover: ClassHandover | undefined,
  withdrawal: ClassHandover | undefined,
): { teacher: number; primary: boolean }[] {
  if (handover?.local === local) return [{ teacher: handover.to, primary: true }];
  if (withdrawal?.local === local) return [{ teacher: withdrawal.to, primary: true }];
  const coTeacher = coTeacherOfClass(school, local);
  const primary = { teacher: teacherOfClass(school, local), primary: true };
  return coTeacher === undefined ? [primary] : [primary, { teacher: coTeacher, primary: false }];
}
