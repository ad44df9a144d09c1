import { chance } from './random.ts';

export type Level = 'Elementary' | 'Middle' | 'High';

/** A school as numbers: who and what is in it follows from these alone. `first…` are 0-based, over the district. */
export type School = {
  index: number;
  id: string;
  level: Level;
  grades: readonly string[];
  students: number;
  firstStudent: number;
  teachers: number;
  firstTeacher: number;
  /** Parallel classes of one grade and subject. */
  sections: number;
  classes: number;
};

/** A student's place: the n-th of a school. */
export type Seat = { school: School; local: number };

const studentsPerSchool = 500;
const studentsPerTeacher = 18;
const studentsPerSection = 25;
/** A homeroom and six subjects: what a student is enrolled in. */
export const slots = 7;
const coTaughtEvery = 12;

const levels: readonly { level: Level; grades: readonly string[] }[] = [
  { level: 'Elementary', grades: ['KG', '01', '02', '03', '04', '05'] },
  { level: 'Middle', grades: ['06', '07', '08'] },
  { level: 'High', grades: ['09', '10', '11', '12'] },
  { level: 'Elementary', grades: ['KG', '01', '02', '03', '04', '05'] },
];

export const padded = (number: number, width: number): string => String(number).padStart(width, '0');
export const studentId = (index: number): string => `stu-${padded(index + 1, 6)}`;
export const teacherId = (index: number): string => `tch-${padded(index + 1, 5)}`;
export const parentId = (index: number): string => `par-${padded(index + 1, 5)}`;
export const classId = (school: School, local: number): string =>
  `cls-${padded(school.index + 1, 3)}-${padded(local + 1, 3)}`;
export const districtOrgId = 'dst-001';

export function layOut(seed: number, students: number): School[] {
  const count = Math.max(1, Math.round(students / studentsPerSchool));
  const weights = Array.from({ length: count }, (_, index) => 80 + (chance(seed, 1, index) % 41));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const schools: School[] = [];
  let weighed = 0;
  let firstStudent = 0;
  let firstTeacher = 0;
  for (const [index, weight] of weights.entries()) {
    weighed += weight;
    const until = Math.round((students * weighed) / total);
    const school = layOutSchool(index, until - firstStudent, firstStudent, firstTeacher);
    schools.push(school);
    firstStudent = until;
    firstTeacher += school.teachers;
  }
  return schools;
}

function layOutSchool(index: number, students: number, firstStudent: number, firstTeacher: number): School {
  const { level, grades } = levels[index % levels.length] ?? { level: 'High' as const, grades: ['09'] };
  const sections = Math.max(1, Math.ceil(students / grades.length / studentsPerSection));
  return {
    index,
    id: `sch-${padded(index + 1, 3)}`,
    level,
    grades,
    students,
    firstStudent,
    teachers: Math.max(2, Math.round(students / studentsPerTeacher)),
    firstTeacher,
    sections,
    classes: slots * grades.length * sections,
  };
}

export const gradeIndexOf = ({ school, local }: Seat): number => local % school.grades.length;

/** The class of a student in one slot, as its number within the school; every section gets the same share of a grade. */
export function classOfSeat(seat: Seat, slot: number): number {
  const { school, local } = seat;
  const place = Math.floor(local / school.grades.length);
  const shuffled = place + slot * Math.floor(place / school.sections);
  return (slot * school.grades.length + gradeIndexOf(seat)) * school.sections + (shuffled % school.sections);
}

export function describeClass(
  school: School,
  local: number,
): { slot: number; grade: string; section: number } {
  const gradeAndSlot = Math.floor(local / school.sections);
  const grade = school.grades[gradeAndSlot % school.grades.length] ?? '';
  return { slot: Math.floor(gradeAndSlot / school.grades.length), grade, section: local % school.sections };
}

/** Teachers have blocks of neighbouring classes, which are of one subject; number within the school. */
export const teacherOfClass = (school: School, local: number): number =>
  Math.floor((local * school.teachers) / school.classes);

export function coTeacherOfClass(school: School, local: number): number | undefined {
  return local % coTaughtEvery === 0 ? (teacherOfClass(school, local) + 1) % school.teachers : undefined;
}

export const lastCoTaughtClass = (school: School): number =>
  Math.floor((school.classes - 1) / coTaughtEvery) * coTaughtEvery;

export function neighbour(schools: readonly School[], school: School): School | undefined {
  return schools.length > 1 ? schools[(school.index + 1) % schools.length] : undefined;
}
