import type { Person } from '../../../shared/access/facts.ts';
import { shippedCatalogues } from '../../../shared/access/shipped-catalogues.ts';
import { aPerson, enrolled } from '../../builders/access-facts.ts';
import {
  allClasses,
  allOrgs,
  type Change,
  property,
  type Scene,
  today,
  tomorrow,
  withAsked,
  withRoster,
} from './scenes.ts';

/** Classes that are taught, rows of an import, ends of a move. */

function taught(name: string, memberships: NonNullable<Person['roster']>['memberships']): Change {
  return { name, edit: (scene) => ({ ...scene, subject: withRoster(scene.subject, { memberships }) }) };
}

/** Of every system. */
function inTrailOff({ name, edit }: Change): Change {
  const trailOffDays = Object.fromEntries([...shippedCatalogues.keys()].map((system) => [system, 1]));
  const season = { feed: 'sis', leadInDays: {}, trailOffDays };
  return { name, edit: (scene) => edit({ ...scene, district: { ...scene.district, season } }) };
}

const at1 = { schoolId: 's-1' };
const at2 = { schoolId: 's-2' };

export const teaching: Change[] = [
  taught('teaches c-1', [enrolled('c-1', 'teacher', at1)]),
  taught('teaches nothing', []),
  taught('taught c-1 until today', [enrolled('c-1', 'teacher', { ...at1, end: today })]),
  taught('teaches c-1 from tomorrow', [enrolled('c-1', 'teacher', { ...at1, begin: tomorrow })]),
  inTrailOff(
    taught('taught c-1 until today and keeps it', [enrolled('c-1', 'teacher', { ...at1, end: today })]),
  ),
  taught('teaches c-1 today only', [enrolled('c-1', 'teacher', { ...at1, begin: today, end: tomorrow })]),
  taught('teaches c-3', [enrolled('c-3', 'teacher', at1)]),
  taught('learns in c-1', [enrolled('c-1', 'student', at1)]),
  {
    name: 'teaches c-2 elsewhere, where the student is too',
    edit: (scene) => {
      const learns = withAsked(scene, (person) =>
        withRoster(person, {
          memberships: [enrolled('c-3', 'student', at1), enrolled('c-2', 'student', at2)],
        }),
      );
      const teaches = [enrolled('c-2', 'teacher', at2)];
      return { ...learns, subject: withRoster(learns.subject, { memberships: teaches }) };
    },
  },
  {
    name: 'class switched off',
    edit: (scene) => classOf(teachesC1(scene), { inactive: true }),
  },
  {
    name: 'class no longer in the roster',
    edit: (scene) => classOf(teachesC1(scene), { status: 'suspended' }),
  },
  {
    name: 'student left the class',
    edit: (scene) =>
      withAsked(teachesC1(scene), (person) =>
        withRoster(person, {
          orgIds: ['s-1'],
          memberships: [enrolled('c-1', 'student', { ...at1, end: today })],
        }),
      ),
  },
];

function teachesC1(scene: Scene): Scene {
  return { ...scene, subject: withRoster(scene.subject, { memberships: [enrolled('c-1', 'teacher', at1)] }) };
}

function classOf(scene: Scene, change: { inactive?: boolean; status?: 'suspended' }): Scene {
  const { resource } = scene;
  return resource.type === 'class'
    ? { ...scene, resource: { ...resource, class: { ...resource.class, ...change } } }
    : scene;
}

export const rows: Change[] = [
  [[{ kind: 'student', class: 'c-1' }]],
  [[{ kind: 'group', class: 'c-1' }]],
  [[{ kind: 'student', class: 'c-3' }]],
  [[{ kind: 'student', class: 'c-2' }]],
  [[{ kind: 'group', class: 'c-new', school: 's-1' }]],
  [[{ kind: 'group', class: 'c-new', school: 's-2' }]],
  [[{ kind: 'group', class: 'c-new' }]],
  [[{ kind: 'group', school: 's-1' }]],
  [[{ kind: 'group', school: 's-9' }]],
  [[{ kind: 'group', school: 'd-1' }]],
  [[{ kind: 'student' }]],
  [
    [
      { kind: 'student', class: 'c-1' },
      { kind: 'student', class: 'c-2' },
    ],
  ],
  [[{ kind: 'staff', accountType: 'teacher', school: 's-1' }]],
  [[{ kind: 'staff', accountType: 'building_administrator', school: 's-1' }]],
  [[{ kind: 'staff', accountType: 'teacher', class: 'c-1' }]],
  [[{ kind: 'staff', school: 's-1' }]],
  [[{ kind: 'student', accountType: 'teacher', class: 'c-1' }]],
  [[{ kind: 'pupil', class: 'c-1' }]],
  [[{ class: 'c-1' }]],
  [[{ kind: 'student', class: 7 }]],
  [[{ kind: 'student', class: 'c-1', school: 7 }]],
  [[{ kind: 'student', class: 'c-1', school: 's-2' }]],
  [['student']],
  [[]],
  [undefined],
  ['all'],
].map(([value]) => {
  const { name, edit } = property('rows', value);
  return { name, edit: (scene) => ({ ...edit(scene), classes: allClasses, orgs: allOrgs }) };
});

const end = (type: string, id: string) => ({ type, id });

/** Pairs of from and to. Teacher u-5 teaches c-1, u-6 teaches c-2. */
export const ends: Change[] = (
  [
    [end('class', 'c-1'), end('class', 'c-1')],
    [end('class', 'c-1'), end('class', 'c-3')],
    [end('class', 'c-1'), end('class', 'c-2')],
    [end('class', 'c-3'), end('class', 'c-1')],
    [end('class', 'c-2'), end('class', 'c-1')],
    [end('class', 'c-9'), end('class', 'c-1')],
    [end('school', 's-1'), end('school', 's-1')],
    [end('school', 's-1'), end('school', 's-2')],
    [end('school', 's-2'), end('school', 's-1')],
    [end('school', 's-1'), end('school', 'd-1')],
    [end('user', 'u-5'), end('user', 'u-5')],
    [end('user', 'u-5'), end('user', 'u-6')],
    [end('user', 'u-6'), end('user', 'u-5')],
    [end('user', 'u-5'), end('user', 'u-9')],
    [undefined, end('class', 'c-1')],
    [end('class', 'c-1'), undefined],
    [undefined, undefined],
    [end('student', 'st-1'), end('class', 'c-1')],
    ['c-1', end('class', 'c-1')],
  ] as const
).map(([from, to]) => ({
  name: `from ${JSON.stringify(from)} to ${JSON.stringify(to)}`,
  edit: (scene) => ({
    ...scene,
    properties: { ...scene.properties, from, to },
    classes: allClasses,
    orgs: allOrgs,
    persons: [
      aPerson('u-5', { orgIds: ['s-1'], memberships: [enrolled('c-1', 'teacher', at1)] }),
      aPerson('u-6', { orgIds: ['s-2'], memberships: [enrolled('c-2', 'teacher', at2)] }),
    ],
  }),
}));
