import {
  classId,
  coTeacherOfClass,
  gradeIndexOf,
  lastCoTaughtClass,
  neighbour,
  padded,
  type School,
  type Seat,
  studentId,
  teacherId,
  teacherOfClass,
} from './layout.ts';

/** What happened to a district between its first feed and the one some days later, in full. */
export type Change =
  | { kind: 'student-joined'; userId: string; schoolId: string }
  | { kind: 'student-left'; userId: string; schoolId: string }
  | { kind: 'student-changed-school'; userId: string; from: string; to: string }
  | { kind: 'person-renamed'; userId: string }
  | {
      kind: 'teacher-lost-class';
      userId: string;
      classId: string;
      schoolId: string;
      remainingTeacherId: string;
    }
  | { kind: 'class-changed-teacher'; classId: string; schoolId: string; from: string; to: string }
  | { kind: 'administrator-changed-school'; userId: string; from: string; to: string };

export type Fate =
  | { kind: 'stays' | 'left' | 'renamed' }
  | {
      kind: 'moved';
      /** The new place. */
      to: Seat;
    };

const studentsPerParent = 50;
const childrenPerParent = 2;
const stays: Fate = { kind: 'stays' };

/** Two neighbours in every fifty are siblings with a parent in the feed. */
export function parentOfStudent(index: number): number | undefined {
  return index % studentsPerParent < childrenPerParent ? Math.floor(index / studentsPerParent) : undefined;
}

export function childrenOfParent(index: number, students: number): number[] {
  const first = index * studentsPerParent;
  return first + 1 < students ? [first, first + 1] : [first];
}

export const parentsFor = (students: number): number => Math.ceil(students / studentsPerParent);

/** The seat whose student is a teacher's child, and the one whose student also takes a class next door. */
export const teachersChildSeat = 7;
export const guestSeat = 0;

/** People whose records others refer to stay, so that the second feed refers to nobody who left. */
function isReferredTo(index: number, local: number): boolean {
  return parentOfStudent(index) !== undefined || local === teachersChildSeat || local === guestSeat;
}

export function fateOfStudent(schools: readonly School[], seat: Seat): Fate {
  const index = seat.school.firstStudent + seat.local;
  if (isReferredTo(index, seat.local)) return stays;
  if (index % 67 === 33) return { kind: 'left' };
  if (index % 499 === 260) return { kind: 'renamed' };
  const to = index % 331 === 123 ? schoolLike(schools, seat.school) : undefined;
  if (to === undefined) return stays;
  const firstOfRow = Math.floor(to.students / to.grades.length) * to.grades.length;
  return { kind: 'moved', to: { school: to, local: firstOfRow + gradeIndexOf(seat) } };
}

/** The next school with the same grades; where there is none, nobody can move. */
function schoolLike(schools: readonly School[], from: School): School | undefined {
  const others = [...schools.slice(from.index + 1), ...schools.slice(0, from.index)];
  return others.find((school) => school.level === from.level);
}

export const isRenamedTeacher = (index: number): boolean => index % 211 === 5;

/** Joiners take the seats after a school's last; in one school after the other. */
export function joinersOf(
  schools: readonly School[],
  students: number,
  school: School,
): { index: number; seat: Seat }[] {
  const joining = Math.ceil(students / 100);
  const joiners: { index: number; seat: Seat }[] = [];
  for (let number = school.index; number < joining; number += schools.length) {
    const local = school.students + Math.floor(number / schools.length);
    joiners.push({ index: students + number, seat: { school, local } });
  }
  return joiners;
}

export type ClassHandover = { local: number; from: number; to: number };

/** In every fourth school one class goes to another teacher; numbers within the school. */
export function handoverIn(school: School): ClassHandover | undefined {
  if (school.index % 4 !== 0) return undefined;
  const local = Math.floor(school.classes / 2) | 1; // odd, so never a co-taught class
  const from = teacherOfClass(school, local);
  return { local, from, to: (from + 1) % school.teachers };
}

/** In every fourth school a teacher leaves a class to the co-teacher. */
export function withdrawalIn(school: School): ClassHandover | undefined {
  if (school.index % 4 !== 0) return undefined;
  const local = lastCoTaughtClass(school);
  const to = coTeacherOfClass(school, local);
  return to === undefined ? undefined : { local, from: teacherOfClass(school, local), to };
}

export const siteAdministratorId = (school: School): string => `sad-${padded(school.index + 1, 3)}`;

/** Where a school's site administrator works after the change. */
export function newSchoolOfAdministrator(schools: readonly School[], school: School): School | undefined {
  return school.index % 20 === 0 ? neighbour(schools, school) : undefined;
}

export function* changesOf(schools: readonly School[], students: number): Generator<Change> {
  for (const school of schools) {
    yield* studentChanges(schools, students, school);
    yield* staffChanges(schools, school);
  }
}

function* studentChanges(schools: readonly School[], students: number, school: School): Generator<Change> {
  for (let local = 0; local < school.students; local++) {
    const fate = fateOfStudent(schools, { school, local });
    const userId = studentId(school.firstStudent + local);
    if (fate.kind === 'left') yield { kind: 'student-left', userId, schoolId: school.id };
    if (fate.kind === 'renamed') yield { kind: 'person-renamed', userId };
    if (fate.kind === 'moved')
      yield { kind: 'student-changed-school', userId, from: school.id, to: fate.to.school.id };
  }
  for (const { index } of joinersOf(schools, students, school)) {
    yield { kind: 'student-joined', userId: studentId(index), schoolId: school.id };
  }
}

function* staffChanges(schools: readonly School[], school: School): Generator<Change> {
  const idOf = (local: number): string => teacherId(school.firstTeacher + local);
  for (let local = 0; local < school.teachers; local++) {
    if (isRenamedTeacher(school.firstTeacher + local)) yield { kind: 'person-renamed', userId: idOf(local) };
  }
  const withdrawal = withdrawalIn(school);
  if (withdrawal !== undefined) {
    const { local, from, to } = withdrawal;
    yield {
      kind: 'teacher-lost-class',
      userId: idOf(from),
      classId: classId(school, local),
      schoolId: school.id,
      remainingTeacherId: idOf(to),
    };
  }
  const handover = handoverIn(school);
  if (handover !== undefined) {
    const { local, from, to } = handover;
    yield {
      kind: 'class-changed-teacher',
      classId: classId(school, local),
      schoolId: school.id,
      from: idOf(from),
      to: idOf(to),
    };
  }
  const newSchool = newSchoolOfAdministrator(schools, school);
  if (newSchool !== undefined) {
    const userId = siteAdministratorId(school);
    yield { kind: 'administrator-changed-school', userId, from: school.id, to: newSchool.id };
  }
}
