import type { Catalogue } from '../../../shared/access/catalogue.ts';
import type { Person, Scope } from '../../../shared/access/facts.ts';
import { aPerson, enrolled } from '../../builders/access-facts.ts';
import { records } from './changes-of-records.ts';
import {
  assignment,
  away,
  type Change,
  choices,
  here,
  property,
  type Scene,
  scopeHere,
  today,
  withAsked,
  withRoster,
  withSubject,
} from './scenes.ts';

/** Users asked about or named, what is set of a district or a person, and seats. */

export function settings(id: string, catalogue: Catalogue): Change[] {
  const others = Object.fromEntries(catalogue.settings.map((one) => [one.id, one.id !== id]));
  return [{ [id]: true }, { [id]: false }, {}, others].map((settings) => ({
    name: `settings ${JSON.stringify(settings)}`,
    edit: (scene) => ({ ...scene, district: { ...scene.district, settings } }),
  }));
}

export function invited(systems: string[]): Change {
  return { name: `invited to ${systems}`, edit: (scene) => withSubject(scene, { invited: systems }) };
}

export const statuses: Change[] = [
  { enabled: false },
  {},
  { status: 'suspended' as const },
  { status: 'tobedeleted' as const },
].map((roster) => ({
  name: `asked about ${JSON.stringify(roster)}`,
  edit: (scene) => withAsked(scene, (person) => withRoster(person, roster)),
}));

function asked(name: string, more: Partial<Person>): Change {
  return { name: `user ${name}`, edit: (scene) => withAsked(scene, (person) => ({ ...person, ...more })) };
}

/** The user themselves, others without a role, with each in turn, with two, wider, lapsed. */
export function askedAbout({ system, roles }: Catalogue): Change[] {
  const given = roles.filter(({ calculated }) => calculated === undefined);
  const holds = (name: string, ...manual: Person['manual']) => asked(name, { manual });
  return [
    {
      name: 'user is the subject',
      edit: (scene) =>
        scene.resource.type === 'user'
          ? { ...withHome(scene), resource: { type: 'user', id: scene.subject.id, person: scene.subject } }
          : scene,
    },
    asked('without a role', {}),
    ...given.flatMap((role) =>
      [role.scope, ...(role.alsoFor ?? [])].flatMap((type) => [
        holds(`${role.id} ${type}`, assignment(system, role.id, scopeHere(type))),
        holds(`${role.id} straddling`, assignment(system, role.id, { type, ids: [here[type], away[type]] })),
      ]),
    ),
    ...given.map((role) =>
      holds(`${role.id} lapsed`, assignment(system, role.id, scopeHere(role.scope), { until: today })),
    ),
    ...given
      .slice(1)
      .map((role, i) =>
        holds(
          'with two roles',
          assignment(system, role.id, scopeHere(role.scope)),
          assignment(system, given[i]?.id ?? '', scopeHere(given[i]?.scope ?? 'school')),
        ),
      ),
    ...given.slice(-1).flatMap((role) =>
      ([['s-1'], ['s-2'], ['s-1', 's-2']] as const).map((schools): Change => {
        const ids = schools.map((_, i) => `c-${i + 5}`);
        return {
          name: `user ${role.id} of classes that they taught in ${schools}`,
          edit: (scene) =>
            withAsked(scene, (person) => ({
              ...withRoster(person, {
                orgIds: ['s-1'],
                memberships: schools.map((schoolId, i) =>
                  enrolled(ids[i] ?? '', 'teacher', { schoolId, end: today }),
                ),
              }),
              manual: [assignment(system, role.id, { type: 'class', ids })],
            })),
        };
      }),
    ),
    holds('of another system', assignment('other', given[0]?.id ?? '', scopeHere('district'))),
    holds('of a wrong scope', assignment(system, given[0]?.id ?? '', scopeHere('class'))),
    ...records().map(({ name, edit }) => ({
      name: `user with ${name}`,
      edit: (scene: Scene) => {
        const { login, records: known } = edit(scene).subject;
        return withAsked(scene, (person) => ({
          ...person,
          ...(login === undefined ? {} : { login }),
          ...(known === undefined ? {} : { records: known }),
        }));
      },
    })),
  ];
}

/** The subject belongs to the school, so that they lie in the scope themselves. */
function withHome(scene: Scene): Scene {
  return { ...scene, subject: withRoster(scene.subject, { orgIds: ['s-1'] }) };
}

export function namedUsers(name: string, { system, roles }: Catalogue): Change[] {
  const [role] = roles;
  const named = (what: string, person: Person | undefined, persons = person && [person]): Change => ({
    name: `names ${what}`,
    edit: (scene) => ({ ...property(name, person?.id ?? 'u-7').edit(scene), persons }),
  });
  const person = (orgIds: string[], manual: Person['manual'] = []) => aPerson('u-3', { orgIds }, manual);
  const held = (scope: Scope, until?: string) =>
    assignment(system, role?.id ?? '', scope, until === undefined ? {} : { until });
  return [
    named('a user there', person(['s-1'])),
    named('a user elsewhere', person(['s-2'])),
    named('a user by assignment', person(['s-2'], [held({ type: 'school', ids: ['s-1'] })])),
    named('a user placed elsewhere by assignment', person(['s-1'], [held({ type: 'school', ids: ['s-2'] })])),
    named('a user by lapsed assignment', person(['s-2'], [held({ type: 'school', ids: ['s-1'] }, today)])),
    named('a user of the class', person([], [held({ type: 'class', ids: ['c-1'] })])),
    named('a user of a class there', {
      ...person([], [held({ type: 'class', ids: ['c-3'] })]),
    }),
    named('nobody known', undefined, []),
    named('nobody read', undefined),
    property(name, undefined),
    property(name, 7),
  ];
}

export function rolesAndSeats({ system, roles, attributeRoles }: Catalogue): Change[] {
  const limited = roles.filter((role) => role.seats !== undefined);
  const named = [
    undefined,
    ...roles.map(({ id }) => id),
    `${system}:${roles[0]?.id}`,
    'other:staff',
    'none',
    7,
  ];
  const attribute = attributeRoles === undefined ? [] : [`${attributeRoles.prefix}alumni`];
  const seated = (role: string, holders: string[] | undefined, user?: string): Change => ({
    name: `role ${role}, held by ${holders}, for ${user}`,
    edit: (scene) => {
      const { resource } = scene;
      if (resource.type !== 'account') return scene;
      const { seats: _, ...account } = resource;
      const properties = { ...scene.properties, role, ...(user === undefined ? {} : { user }) };
      const seats = holders && { [`${system}:${role.replace(`${system}:`, '')}`]: holders };
      return { ...scene, properties, resource: { ...account, ...(seats ? { seats } : {}) } };
    },
  });
  return [
    ...choices('role', [...named, ...attribute]),
    ...limited.flatMap(({ id }) => [
      seated(id, []),
      seated(id, ['u-8']),
      seated(id, ['u-8'], 'u-8'),
      seated(id, ['u-8'], 'u-7'),
      seated(id, undefined),
      seated(`${system}:${id}`, ['u-8']),
    ]),
  ];
}
