import type {
  Assignment,
  CheckFacts,
  Person,
  PersonFacts,
  ResourceFacts,
} from '../../../shared/access/facts.ts';

/** Sizes that the issue names. */
const sizes = { students: 50_000, staff: 3_000, classes: 10_000, schools: 60, classesOfStudent: 6 };
const districtWide = 60;
const schoolWide = 240;
const settings = { 'hmh.teacher.roster.view': true };

export const district = { id: 'd-1', timeZone: 'UTC', committed: 1, revision: 0, settings };

/** One question, with all that any engine may want to know. */
export type Query = {
  facts: CheckFacts & { subject: Person; resource: ResourceFacts };
  question: {
    subject: { type: string; id: string };
    action: { name: string };
    resource: { type: string; id: string; properties?: Record<string, unknown> };
  };
};

export type BenchDistrict = { staff: Person[]; queries: Query[]; enrollments: number };

/** The same for the same seed. Half of the questions are about the asker's own school, so that there are grants. */
export function makeDistrict(permissions: readonly string[], queries: number, seed: number): BenchDistrict {
  const random = randomOf(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const schools = Array.from({ length: sizes.schools }, (_, i) => `s-${i}`);
  const classes = Array.from({ length: sizes.classes }, (_, i) => ({
    id: `c-${i}`,
    schoolId: schools[i % schools.length] ?? '',
  }));
  const classesAt = Map.groupBy(classes, ({ schoolId }) => schoolId);
  const students = Array.from({ length: sizes.students }, (_, i) => {
    const schoolId = pick(schools);
    const taken = new Set<string>();
    while (taken.size < sizes.classesOfStudent) taken.add(pick(classesAt.get(schoolId) ?? classes).id);
    const memberships = [...taken].map((classId) => ({ classId, schoolId, role: 'student' }));
    return person(`st-${i}`, { orgIds: [schoolId], memberships });
  });
  const staff = Array.from({ length: sizes.staff }, (_, i) => {
    const schoolId = pick(schools);
    if (i < districtWide) return holder(i, pick(districtRoles), { type: 'district', ids: ['d-1'] });
    if (i < districtWide + schoolWide)
      return holder(i, pick(schoolRoles), { type: 'school', ids: [schoolId] });
    const taught = Array.from({ length: 4 }, () => pick(classesAt.get(schoolId) ?? classes).id);
    const memberships = [...new Set(taught)].map((classId) => ({ classId, schoolId, role: 'teacher' }));
    return holder(i, 'teacher', { type: 'school', ids: [schoolId] }, { orgIds: [schoolId], memberships });
  });
  const made = Array.from({ length: queries }, (): Query => {
    const subject = pick(staff);
    const [own] = subject.roster?.assignments[0]?.scope.ids ?? [];
    const mine = (subject.roster?.memberships ?? []).map(({ classId }) => classId);
    const near = random() < 0.5;
    const resource = resourceOf(pick(['class', 'class', 'school', 'student']), {
      classId: near && mine.length > 0 ? pick(mine) : pick(classes).id,
      school: near && schools.includes(own ?? '') ? (own ?? '') : pick(schools),
      student: pick(students),
    });
    const platform = pick([undefined, 'Ed', 'Flight', 'NWEA']);
    return {
      facts: { district, subject, resource },
      question: {
        subject: { type: 'user', id: subject.id },
        action: { name: `hmh:${pick(permissions)}` },
        resource: {
          type: resource.type,
          id: resource.id,
          ...(platform === undefined ? {} : { properties: { platform } }),
        },
      },
    };
  });
  return { staff, queries: made, enrollments: students.length * sizes.classesOfStudent };

  function resourceOf(
    type: string,
    { classId, school, student }: { classId: string; school: string; student: Person },
  ): ResourceFacts {
    if (type === 'school') return { type, id: school, org: { status: 'active', type: 'school' } };
    if (type === 'student') return { type, id: student.id, person: student };
    const schoolId = classes[Number(classId.slice(2))]?.schoolId ?? '';
    return { type: 'class', id: classId, class: { status: 'active', schoolId } };
  }
}

const districtRoles = [
  'district_data_admin',
  'district_assessment_system_admin',
  'district_admin_assessment_coordinator',
  'district_assessment_proctor',
];
const schoolRoles = [
  'school_data_admin',
  'school_assessment_coordinator',
  'school_admin',
  'school_assessment_proctor',
];

function person(id: string, roster: Partial<PersonFacts>): Person {
  const facts: PersonFacts = {
    status: 'active',
    enabled: true,
    orgIds: [],
    memberships: [],
    assignments: [],
    requests: [],
    ...roster,
  };
  return { id, roster: facts, manual: [] };
}

function holder(
  i: number,
  role: string,
  scope: Assignment['scope'],
  roster: Partial<PersonFacts> = {},
): Person {
  const assignment: Assignment = { id: `a-${i}`, system: 'hmh', role, scope, source: 'roster' };
  return person(`u-${i}`, { ...roster, assignments: [assignment] });
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
