import { classId, describeClass, districtOrgId, type School, slots } from './layout.ts';
import { placeName } from './names.ts';
import type { District } from './people.ts';

type Subject = { code: string; title: string; name: string };

/** By slot; the first is the homeroom. */
const subjects: readonly Subject[] = [
  { code: 'HR', title: 'Homeroom', name: 'Homeroom' },
  { code: 'ELA', title: 'Language Arts', name: 'English' },
  { code: 'MATH', title: 'Mathematics', name: 'Mathematics' },
  { code: 'SCI', title: 'Science', name: 'Science' },
  { code: 'SOC', title: 'Social Studies', name: 'Social Studies' },
  { code: 'PE', title: 'Physical Education', name: 'Physical Education' },
  { code: 'ART', title: 'Art, Music and Drama', name: 'Arts' },
];
/** Taught in one semester only, outside elementary schools. */
const semesterSlot = 6;

const subjectOf = (slot: number): Subject => subjects[slot] ?? { code: 'X', title: 'Study', name: 'Study' };
const courseId = (slot: number, grade: string): string =>
  `crs-${subjectOf(slot).code.toLowerCase()}-${grade}`;

export function* orgRows({ schools }: District): Generator<string[]> {
  yield [districtOrgId, '', '', 'Riverbend Unified School District', 'district', 'RUSD', ''];
  yield ['dep-001', '', '', 'Curriculum & Assessment', 'department', 'C&A', districtOrgId];
  for (const school of schools) {
    const name = `${placeName(school.index)} ${school.level} School`;
    yield [school.id, '', '', name, 'school', String(1001 + school.index), districtOrgId];
  }
}

/** A school year runs from July to July, so that every day belongs to one. `end` is exclusive. */
function calendar(schoolYear: number) {
  const before = schoolYear - 1;
  const year = `ses-${schoolYear}`;
  return {
    year: { id: year, begin: `${before}-07-01`, end: `${schoolYear}-07-01` },
    semesters: [
      { id: `${year}-s1`, begin: `${before}-07-01`, end: `${schoolYear}-01-01` },
      { id: `${year}-s2`, begin: `${schoolYear}-01-01`, end: `${schoolYear}-07-01` },
    ],
    quarters: [
      { id: `${year}-q1`, begin: `${before}-07-01`, end: `${before}-10-01` },
      { id: `${year}-q2`, begin: `${before}-10-01`, end: `${schoolYear}-01-01` },
      { id: `${year}-q3`, begin: `${schoolYear}-01-01`, end: `${schoolYear}-04-01` },
      { id: `${year}-q4`, begin: `${schoolYear}-04-01`, end: `${schoolYear}-07-01` },
    ],
    summer: { id: `${year}-su`, begin: `${schoolYear}-06-15`, end: `${schoolYear}-07-01` },
  };
}

export function* academicSessionRows({ schoolYear }: District): Generator<string[]> {
  const { year, semesters, quarters, summer } = calendar(schoolYear);
  const ends = String(schoolYear);
  yield [
    year.id,
    '',
    '',
    `School year ${schoolYear - 1}-${schoolYear}`,
    'schoolYear',
    year.begin,
    year.end,
    '',
    ends,
  ];
  for (const [index, { id, begin, end }] of semesters.entries()) {
    yield [id, '', '', `Semester ${index + 1}`, 'semester', begin, end, year.id, ends];
  }
  for (const [index, { id, begin, end }] of quarters.entries()) {
    const parent = semesters[index < 2 ? 0 : 1]?.id ?? year.id;
    yield [id, '', '', `Quarter ${index + 1}`, 'gradingPeriod', begin, end, parent, ends];
  }
  yield [summer.id, '', '', 'Summer term', 'term', summer.begin, summer.end, year.id, ends];
}

export function* courseRows({ schools, schoolYear }: District): Generator<string[]> {
  const grades = new Set(schools.flatMap((school) => school.grades));
  for (const grade of grades) {
    for (let slot = 0; slot < slots; slot++) {
      const { code, title, name } = subjectOf(slot);
      yield [
        courseId(slot, grade),
        '',
        '',
        `ses-${schoolYear}`,
        `${title} ${grade}`,
        `${code}-${grade}`,
        grade,
        districtOrgId,
        name,
        code,
      ];
    }
  }
}

export function* classRows({ schools, schoolYear }: District): Generator<string[]> {
  for (const school of schools) {
    for (let local = 0; local < school.classes; local++) yield classRow(school, local, schoolYear);
  }
}

function classRow(school: School, local: number, schoolYear: number): string[] {
  const { slot, grade, section } = describeClass(school, local);
  const { code, title, name } = subjectOf(slot);
  return [
    classId(school, local),
    '',
    '',
    `${title} ${grade} (${section + 1})`,
    grade,
    courseId(slot, grade),
    `${code}-${grade}-${section + 1}`,
    slot === 0 ? 'homeroom' : 'scheduled',
    `Room ${100 + (local % 90)}`,
    school.id,
    termIdsOf(school, local, schoolYear).join(','),
    name,
    code,
    String(slot + 1),
  ];
}

function termIdsOf(school: School, local: number, schoolYear: number): string[] {
  const { semesters, quarters } = calendar(schoolYear);
  const semester = semesterOf(school, local, schoolYear);
  if (semester !== undefined) return [semester.id];
  return (school.level === 'Middle' ? quarters : semesters).map(({ id }) => id);
}

/** The semester of a class that is taught in one only. */
export function semesterOf(school: School, local: number, schoolYear: number) {
  const { slot, section } = describeClass(school, local);
  if (slot !== semesterSlot || school.level === 'Elementary') return undefined;
  return calendar(schoolYear).semesters[section % 2];
}
