import type { CleverObject, CleverSet } from './clever.ts';

const district = 'd00000000000000000000001';
const idOf = (kind: string, number: number) => `${kind}${number.toString(16).padStart(23, '0')}`;

export const clever = {
  district,
  school: (number: number) => idOf('1', number),
  course: (number: number) => idOf('2', number),
  term: (number: number) => idOf('3', number),
  section: (number: number) => idOf('4', number),
  student: (number: number) => idOf('5', number),
  teacher: (number: number) => idOf('6', number),
  contact: (number: number) => idOf('7', number),
  staff: (number: number) => idOf('8', number),
  admin: (number: number) => idOf('9', number),
};

const stamps = { created: '2026-08-01T06:00:00.000Z', last_modified: '2026-08-01T06:00:00.000Z' };
const grades = ['Kindergarten', '1', '5', '9', '12', 'PostGraduate'];

export function aStudent(number: number, more: Record<string, unknown> = {}): CleverObject {
  const school = clever.school(number % 2);
  return {
    ...{ id: clever.student(number), district, ...stamps, email: `s${number}@example.org` },
    name: { first: `Given${number}`, middle: '', last: `Family${number}` },
    roles: {
      student: {
        ...{ sis_id: `S${number}`, student_number: `N${number}`, state_id: '', legacy_id: `old-s${number}` },
        ...{ school, schools: [school], grade: grades[number % grades.length], graduation_year: '2030' },
        ...{ dob: `${(number % 12) + 1}/15/2012`, gender: number % 2 === 0 ? 'F' : 'M', race: 'Asian' },
        ...{ hispanic_ethnicity: 'N', ell_status: 'N', ext: { bus: '7' }, enrollments: [] },
        credentials: { district_username: `user${number}` },
        location: { address: '1 Main St', city: 'Town', state: 'CA', zip: '90000', lat: '', lon: '' },
        ...more,
      },
    },
  };
}

export function aTeacher(number: number, more: Record<string, unknown> = {}): CleverObject {
  const school = clever.school(number % 2);
  const teacher = {
    sis_id: `T${number}`,
    teacher_number: `${number}`,
    state_id: '',
    title: 'Teacher',
    school,
  };
  return {
    ...{ id: clever.teacher(number), district, ...stamps, email: `t${number}@example.org` },
    name: { first: `Teach${number}`, middle: '', last: `Er${number}` },
    roles: { teacher: { ...teacher, schools: [school], legacy_id: `old-t${number}` }, ...more },
  };
}

/** All of the name stands in `last`. */
export function aContact(
  number: number,
  students: number[],
  more: Record<string, string> = {},
): CleverObject {
  const relation = { relationship: 'Parent', type: 'Parent/Guardian', ...more };
  const student_relationships = students.map((one) => ({ student: clever.student(one), ...relation }));
  const contact = { sis_id: `C${number}`, phone: '5550100', phone_type: 'Cell', legacy_id: `old-c${number}` };
  return {
    ...{ id: clever.contact(number), district, ...stamps, email: '' },
    name: { first: '', middle: '', last: `Contact Person ${number}` },
    roles: { contact: { ...contact, student_relationships } },
  };
}

export function aSection(number: number, students: number[], teachers: number[]): CleverObject {
  return {
    ...{ id: clever.section(number), district, ...stamps, school: clever.school(number % 2) },
    ...{ course: clever.course(number % 2), term_id: clever.term(0), name: 'Homeroom', sis_id: `X${number}` },
    ...{ section_number: `${number}`, period: '1', subject: 'math', grade: '5', ext: {} },
    students: students.map(clever.student),
    teacher: teachers[0] === undefined ? null : clever.teacher(teachers[0]),
    teachers: teachers.map(clever.teacher),
  };
}

/** Two schools, two courses, a term with dates and one without, and so many sections and students; every third student has a contact. */
export function aDistrict({ sections = 4, students = 12 } = {}): CleverSet {
  const several = <T>(count: number, make: (number: number) => T) =>
    Array.from({ length: count }, (_, at) => make(at));
  const inSection = (section: number) =>
    several(students, (at) => at).filter((at) => at % sections === section);
  return {
    districts: [
      {
        id: district,
        name: 'Alder Unified',
        state: 'success',
        nces_id: '0600001',
        sis_type: 'other',
        login_methods: [],
      },
    ],
    schools: several(2, (at) => ({
      ...{
        id: clever.school(at),
        district,
        ...stamps,
        name: `School ${at}`,
        school_number: `${at}`,
        sis_id: `${at}`,
      },
      ...{
        low_grade: 'Kindergarten',
        high_grade: '12',
        phone: '5550199',
        principal: { name: 'P', email: 'p@example.org' },
      },
    })),
    courses: several(2, (at) => ({
      id: clever.course(at),
      district,
      name: `Course ${at}`,
      number: `C-${at}`,
    })),
    terms: [
      { id: clever.term(0), district, name: 'Fall', start_date: '2026-08-15', end_date: '2026-12-18' },
      { id: clever.term(1), district, name: 'All year', start_date: null, end_date: null },
    ],
    sections: several(sections, (at) => aSection(at, inSection(at), [at, at + 1])),
    users: [
      ...several(students, (at) => aStudent(at)),
      ...several(sections + 1, (at) => aTeacher(at)),
      ...several(Math.ceil(students / 3), (at) => aContact(at, [at * 3])),
      aTeacher(90, {
        staff: {
          staff_id: 'ST90',
          schools: [clever.school(0)],
          title: 'Principal',
          roles: [],
          legacy_id: 'old-st90',
        },
      }),
      {
        ...{
          id: clever.staff(0),
          district,
          ...stamps,
          email: 'office',
          name: { first: 'Of', last: 'Fice', middle: null },
        },
        roles: {
          staff: {
            staff_id: 'ST0',
            schools: [],
            title: 'Registrar',
            department: 'Office',
            roles: ['PortalOnly'],
          },
        },
      },
      {
        ...{
          id: clever.admin(0),
          district,
          ...stamps,
          email: 'a0@example.org',
          name: { first: 'Ad', last: 'Min', middle: '' },
        },
        roles: { district_admin: { title: 'IT', legacy_id: 'old-a0' } },
      },
    ],
  };
}
