import type { Person } from '../../../shared/access/facts.ts';
import { enrolled } from '../../builders/access-facts.ts';
import {
  assignment,
  type Change,
  property,
  type Scene,
  student,
  today,
  withAsked,
  withRoster,
  withSubject,
  yesterday,
} from './scenes.ts';

/** Students are in year 02 of s-1 with tag t-1; see `students`. */
export function reach(system: string): Change[] {
  const stored = (yearLevels: string[], tags: string[], account = 's-1'): Change => ({
    name: `reach ${yearLevels} ${tags} in ${account}`,
    edit: (scene) => withSubject(scene, { accounts: { [account]: { yearLevels, tags } } }),
  });
  const byAssignment = (yearLevels: string[], until?: string): Change => ({
    name: `reach by another assignment ${yearLevels} until ${until}`,
    edit: (scene) => ({
      ...scene,
      subject: {
        ...scene.subject,
        manual: [
          ...scene.subject.manual,
          assignment(
            system,
            'report_generator',
            { type: 'account', ids: ['s-1'], yearLevels },
            until === undefined ? { from: yesterday } : { until },
          ),
        ],
      },
    }),
  });
  return [
    stored([], []),
    stored(['2'], []),
    stored(['3'], []),
    stored(['3', '02'], []),
    stored([], ['t-1']),
    stored([], ['t-2']),
    stored(['3'], ['t-1']),
    stored(['3'], [], 's-2'),
    byAssignment(['2']),
    byAssignment(['3']),
    byAssignment(['3'], today),
  ];
}

function pupil(
  id: string,
  grades: string[],
  tags: string[],
  more: Partial<NonNullable<Person['roster']>> = {},
): Person {
  return { ...withRoster(student(id), { grades, ...more }), tags };
}

const lapsed = [enrolled('c-1', 'student', { schoolId: 's-1', end: today })];
const pupils = [
  pupil('st-2', ['2'], []),
  pupil('st-3', ['3'], ['t-1']),
  pupil('st-4', ['3'], [], { memberships: lapsed, orgIds: ['s-1'] }),
  pupil('st-5', ['2'], ['t-1'], { memberships: [enrolled('c-2', 'student', { schoolId: 's-2' })] }),
];

export const students: Change[] = [
  { name: 'none named, year 02', edit: (scene) => scene },
  ...pupils.map((one) => ({
    name: `asked about ${one.id}`,
    edit: (scene: Scene) => withAsked(scene, (person) => ({ ...one, id: person.id })),
  })),
  ...[['st-2'], ['st-3'], ['st-2', 'st-3'], ['st-4'], ['st-5'], ['st-9'], [], 'st-2', [{}], [7]].map(
    (named) => ({
      name: `students ${JSON.stringify(named)}`,
      edit: (scene: Scene) => ({ ...property('students', named).edit(scene), persons: pupils }),
    }),
  ),
  {
    name: 'students not read',
    edit: (scene) => ({ ...property('students', ['st-2']).edit(scene), persons: undefined }),
  },
];

function several(...choices: Record<string, unknown>[]): Change[] {
  return choices.map((properties) => ({
    name: JSON.stringify(properties),
    edit: (scene) => ({ ...scene, properties: { ...scene.properties, ...properties } }),
  }));
}

export const newStudents = several(
  {},
  { yearLevel: '2' },
  { yearLevel: 2, tags: [] },
  { yearLevel: '3' },
  { tags: ['t-1'] },
  { tags: ['t-2'], yearLevel: '02' },
  { tags: 't-1' },
  { tags: [{}], yearLevel: '2' },
);

/** Of the subject's own account; `asked` doesn't stand among the dimensions of this row. */
export const nextReach: Change[] = [
  { name: 'another user', edit: (scene) => scene },
  ...several(
    {},
    { yearLevels: ['2'] },
    { yearLevels: ['02', '3'], tags: ['t-1'] },
    { yearLevels: [] },
    { yearLevels: [], tags: [] },
    { tags: ['t-1'] },
    { tags: ['t-2'] },
    { tags: 't-1' },
    { yearLevels: [2], tags: [] },
  ).map(({ name, edit }) => ({
    name: `own account ${name}`,
    edit: (scene: Scene) =>
      edit(
        scene.resource.type === 'user'
          ? { ...scene, resource: { type: 'user', id: scene.subject.id, person: scene.subject } }
          : scene,
      ),
  })),
];
