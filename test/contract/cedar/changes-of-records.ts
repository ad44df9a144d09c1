import type { Catalogue, Role } from '../../../shared/access/catalogue.ts';
import type { Condition } from '../../../shared/access/conditions.ts';
import type { LoginFacts, Person, RecordFacts } from '../../../shared/access/facts.ts';
import { digestOf, lookupId } from '../../../shared/access/lookup.ts';
import {
  assignment,
  type Change,
  choices,
  property,
  type Scene,
  scopeHere,
  today,
  withAsked,
  withRoster,
  withSubject,
} from './scenes.ts';

/** Logins and what their records say. */

function login(more: Partial<LoginFacts> = {}): LoginFacts {
  return { approved: true, locked: false, ledgers: [], schools: [], ...more };
}

function loggedIn(more: Partial<LoginFacts>): Change {
  return {
    name: `login ${JSON.stringify(more)}`,
    edit: (scene) => withSubject(scene, { login: { ...login(), ...scene.subject.login, ...more } }),
  };
}

export const logins: Change[] = [
  loggedIn({}),
  loggedIn({ approved: false }),
  loggedIn({ locked: true }),
  { name: 'no login', edit: ({ subject: { login: _, ...subject }, ...scene }) => ({ ...scene, subject }) },
];

export function found({ by, as, value, count }: Extract<Condition, { kind: 'loginsFound' }>): Change[] {
  const ways = by === undefined ? [as ?? ''] : [...by.values, 'phone'];
  const counted = (way: string, users: number | undefined): Change => ({
    name: `${users} by ${way}`,
    edit: (scene) => ({
      ...scene,
      properties: {
        ...scene.properties,
        [value]: 'Ada',
        ...(by === undefined ? {} : { [by.property]: way }),
      },
      logins: users === undefined ? new Map() : new Map([[lookupId(way, 'Ada'), users]]),
    }),
  });
  const others = [0, 1, 2, undefined].filter((other) => other !== count);
  const counts = ways.flatMap((way) => [count, ...others].map((one) => counted(way, one)));
  return [...counts, property(value, undefined), property(value, 7)];
}

export const mail: Change[] = [
  [['a'], 'a'],
  [['a'], 'b'],
  [['a'], undefined],
  [[], undefined],
  [undefined, 'a'],
  [['a'], 7],
].map(([of, address]) => ({
  name: `mail ${of} to ${address}`,
  edit: (scene) => {
    const known = Array.isArray(of) ? { mail: of.map(digestOf) } : {};
    const own = withSubject(scene, { login: login(known) });
    return { ...own, properties: { ...own.properties, address } };
  },
}));

type Profile = NonNullable<LoginFacts['profile']>['kind'];

function recorded(kind: Profile | undefined, known: RecordFacts | undefined, name = ''): Change {
  return {
    name: `${kind} records ${JSON.stringify(known)} ${name}`,
    edit: (scene) =>
      withSubject(scene, {
        login: {
          ...login(scene.subject.login),
          ...(kind === undefined ? {} : { profile: { kind, id: 'x' } }),
        },
        ...(known === undefined ? {} : { records: known }),
      }),
  };
}

/** Every part of a profile's records, with each thing wrong in turn. */
export function records(): Change[] {
  const now = { '2027': 'Enrolled' };
  const child = { id: 'st-1', relationship: 'Parent', status: now };
  const candidate = { id: 'ap-1', relationship: 'Parent', status: 'Applied' };
  const whole = {
    household: { students: [child], applicants: [candidate] },
    evaluates: ['ap-1'],
  };
  const house = (
    students: (typeof child | { id: string; relationship: string; status: Record<string, string> })[],
  ) => recorded('household', { household: { students, applicants: [] } });
  const applying = (...applicants: (typeof candidate)[]) =>
    recorded('household', { household: { students: [], applicants } });
  return [
    recorded('household', whole),
    recorded('student', { student: { id: 'st-1', status: now } }),
    recorded('student', { student: { id: 'st-2', status: now } }),
    recorded('student', { student: { id: 'st-1', status: { '2026': 'Enrolled' } } }),
    recorded('student', { student: { id: 'st-1', status: { '2027': 'Withdrawn' } } }),
    recorded('staff', { student: { id: 'st-1', status: now } }),
    house([{ ...child, relationship: 'Uncle' }]),
    house([{ ...child, id: 'st-2' }]),
    house([
      { ...child, relationship: 'Uncle' },
      { ...child, id: 'st-2' },
    ]),
    house([{ ...child, status: { '2027': 'Withdrawn' } }]),
    house([{ ...child, status: { '2026': 'Enrolled' } }]),
    recorded('staff', { household: whole.household }),
    applying(candidate),
    applying({ ...candidate, relationship: 'Uncle' }),
    applying({ ...candidate, status: 'Copied' }),
    applying({ ...candidate, status: 'Copied' }, { ...candidate, id: 'ap-2' }),
    applying({ ...candidate, id: 'ap-2' }),
    applying({ ...candidate, relationship: 'Uncle' }, { ...candidate, id: 'ap-2' }),
    recorded('staff', { evaluates: ['ap-1'] }),
    recorded('staff', { evaluates: ['ap-2'] }),
    recorded('staff', { evaluates: [] }),
    recorded(undefined, whole),
    recorded('donor', { attributes: [{ name: 'alumni', year: '2026' }] }),
    recorded('staff', { attributes: [{ name: 'alumni' }] }),
    recorded('staff', undefined),
    recorded('household', {
      ...whole,
      attributes: [{ name: 'alumni' }],
    }),
    { name: 'no login', edit: (scene) => scene },
    {
      name: 'no school year',
      edit: (scene) => {
        const { schoolYear: _, ...district } = scene.district;
        return { ...recorded('household', whole).edit(scene), district };
      },
    },
  ];
}

const alumni = { attributes: [{ name: 'alumni', year: '2026' }] };

const contents: Change[] = [undefined, '2026', 2026, '2025'].flatMap((year) =>
  [
    undefined,
    { attributeRole: 'boarder' },
    { attributeRole: 'alumni', year: '2026' },
    { year: '2025' },
  ].flatMap((stored) =>
    (['donor', 'staff'] as const).flatMap((kind) =>
      [undefined, 'boarder', 'alumni', 'attribute:alumni', 7].map(
        (attributeRole): Change => ({
          name: `content ${attributeRole} of ${year}, stored ${JSON.stringify(stored)}, for ${kind}`,
          edit: (scene) => ({
            ...recorded(kind, alumni).edit(scene),
            properties: { ...scene.properties, attributeRole, year },
            resource:
              scene.resource.type === 'cms_content' ? { ...scene.resource, ...stored } : scene.resource,
          }),
        }),
      ),
    ),
  ),
);

export const content: Change[] = [
  ...contents,
  ...[{ enabled: false }, { status: 'suspended' as const }].map((roster) => ({
    name: `content alumni for donor ${JSON.stringify(roster)}`,
    edit: (scene: Scene) => {
      const asked = property('attributeRole', 'alumni').edit(recorded('donor', alumni).edit(scene));
      return { ...asked, subject: withRoster(asked.subject, roster) };
    },
  })),
];

export function pages({ system, roles, attributeRoles }: Catalogue): Change[] {
  const named = [
    ...roles.map(({ id }) => id),
    `${system}:${roles[0]?.id}`,
    `${attributeRoles?.prefix}alumni`,
    'none',
  ];
  return [
    ...choices('role', [...named, undefined, 7]),
    ...named.map((role) => ({
      name: `page of ${role}`,
      edit: (scene: Scene) =>
        scene.resource.type === 'page'
          ? { ...property('role', roles[1]?.id).edit(scene), resource: { ...scene.resource, role } }
          : scene,
    })),
  ];
}

export const profiles: Change[] = [
  recorded('staff', undefined),
  recorded('household', undefined),
  recorded(undefined, undefined),
  { name: 'no login', edit: ({ subject: { login: _, ...subject }, ...scene }) => ({ ...scene, subject }) },
];

export const associations: Change[] = [
  loggedIn({ ledgers: ['l-1'], schools: ['s-1'] }),
  loggedIn({ ledgers: ['l-2'], schools: ['s-2'] }),
  loggedIn({ ledgers: ['s-1'], schools: ['l-1'] }),
  loggedIn({}),
  { name: 'no login, nothing associated', edit: (scene) => scene },
];

/** What is to be associated, and with whom. */
export function carried(
  { system, roles }: Catalogue,
  { property: name, orAbsent }: Extract<Condition, { kind: 'mayCarry' }>,
): Change[] {
  const named = (value: unknown, more: Partial<Person>, role?: string): Change => ({
    name: `${name} ${value} for ${JSON.stringify(more)} as ${role}`,
    edit: (scene) => {
      const wanted = { ...scene.properties, [name]: value, ...(role === undefined ? {} : { role }) };
      return { ...withAsked(scene, (person) => ({ ...person, ...more })), properties: wanted };
    },
  });
  const held = (role: Role) => ({ manual: [assignment(system, role.id, scopeHere('district'))] });
  return [
    ...(orAbsent === true ? [named(undefined, {})] : []),
    named('x-1', { login: login({ ledgers: ['x-1'], schools: ['x-1'] }) }),
    named('x-2', { login: login({ ledgers: ['x-1'], schools: ['x-1'] }) }),
    named('x-1', { login: login({ ledgers: ['x-1'], schools: [] }) }),
    named('x-1', { login: login({ ledgers: [], schools: ['x-1'] }) }),
    named(undefined, { login: login({ ledgers: ['x-1'], schools: ['x-1'] }) }),
    named(7, {}),
    ...(['staff', 'household', 'donor'] as const).map((kind) =>
      named('x-2', { login: login({ profile: { kind, id: 'x' } }) }),
    ),
    ...roles.flatMap((role) => [
      named('x-2', held(role)),
      named('x-2', {}, role.id),
      named('x-2', {}, `${system}:${role.id}`),
    ]),
    ...roles
      .slice(0, 1)
      .map((role) =>
        named('x-2', { manual: [assignment(system, role.id, scopeHere('district'), { until: today })] }),
      ),
  ];
}

export const owners: Change[] = [
  [true, false],
  [false, false],
  [false, true],
].map(([ownerExists = false, copyKept = false]) => ({
  name: `owner ${ownerExists} copy ${copyKept}`,
  edit: (scene) =>
    scene.resource.type === 'dat_query' || scene.resource.type === 'dat_filter'
      ? { ...scene, resource: { ...scene.resource, ownerExists, copyKept } }
      : scene,
}));
