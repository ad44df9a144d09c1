import {
  type Catalogue,
  type ResourceType,
  type Role,
  type Row,
  scopeTypes,
} from '../../../shared/access/catalogue.ts';
import { principalsOf } from '../../../shared/access/cedar/cedar-context.ts';
import type { Scope } from '../../../shared/access/facts.ts';
import { isResourceType } from '../../../shared/access/question.ts';
import { aPerson, enrolled } from '../../builders/access-facts.ts';
import { type Dimensions, dimensionsOf } from './changes.ts';
import {
  assignment,
  away,
  type Change,
  here,
  plainScene,
  type Scene,
  scopeHere,
  today,
  tomorrow,
  withAsked,
  withRoster,
  withSubject,
  yesterday,
} from './scenes.ts';

export type Directed = { name: string; scene: Scene };

/**
 * Questions about one row, derived from it: each role on each resource type, in and out of its scope, with each condition on and
 * off, and with each thing that takes the effect from an assignment. Roles without a cell are asked with all conditions on.
 */
export function directedAt(catalogue: Catalogue, row: Row): Directed[] {
  const whole = dimensionsOf(catalogue, row);
  const placed = new Set<string>();
  return catalogue.roles.flatMap((role, nthRole) => {
    const hasCell = Object.hasOwn(row.cells, role.id);
    // Whoever needs no role is asked about in full once.
    const inFull = hasCell || (row.open !== undefined && nthRole === 0);
    const own: Dimensions = inFull ? dimensionsOf(catalogue, row, role) : withoutRole(catalogue, row, whole);
    return [role.scope, ...(role.alsoFor ?? [])].flatMap((scope) =>
      row.resources.filter(isResourceType).flatMap((on, nth) => {
        const kind = `${scope} ${on}`;
        const isFirst = hasCell && !placed.has(kind);
        if (isFirst) placed.add(kind);
        const odd = [
          ...standings(catalogue, role, scope).slice(0, nth === 0 && inFull ? undefined : 1),
          ...(isFirst ? placements(catalogue, on) : []),
        ];
        const start = plainScene(catalogue.system, role, scope, on);
        return settingScenes(catalogue, row, start).flatMap((scene) =>
          deviations(whole, { own, odd }).map((changes) => ({
            name: `${row.permission} ${role.id} of ${scope} on ${on}: ${changes.odd.map(({ name }) => name).join(', ')}`,
            scene: changes.all.reduce((made, { edit }) => edit(made), scene),
          })),
        );
      }),
    );
  });
}

/** Of each condition, in pairs; the likeliest come first. */
const mostPaired = 5;

/** Where a row allows without an assignment, a role that has no part in it is asked about with each condition off once. */
function withoutRole(catalogue: Catalogue, row: Row, whole: Dimensions): Dimensions {
  if (!principalsOf(catalogue, row).includes('User')) return new Map();
  return new Map([...whole].map(([name, changes]) => [name, changes.slice(0, 2)]));
}

type Deviation = { all: Change[]; odd: Change[] };

/** Everything on; each odd thing about the subject; each condition of the role's own off, and where it has several, two. */
function deviations(
  whole: Dimensions,
  { own, odd }: { own: Dimensions; odd: readonly Change[] },
): Deviation[] {
  const chosen = (picks: readonly [string, Change][], more: readonly Change[] = []): Deviation => ({
    all: [
      ...[...whole].flatMap(([name, [first]]) => picks.find(([which]) => which === name)?.[1] ?? first ?? []),
      ...more,
    ],
    odd: [...picks.map(([, change]) => change), ...more],
  });
  const singles = [...own].flatMap(([name, changes]) =>
    changes.slice(1).map((change): [string, Change] => [name, change]),
  );
  const few = [...own].map(([name, changes]) =>
    changes.slice(1, 1 + mostPaired).map((change): [string, Change] => [name, change]),
  );
  const pairs = few.flatMap((ones, i) =>
    few.slice(i + 1).flatMap((others) => ones.flatMap((one) => others.map((other) => [one, other]))),
  );
  return [
    chosen([]),
    ...odd.map((change) => chosen([], [change])),
    ...singles.map((one) => chosen([one])),
    ...pairs.map((pair) => chosen(pair)),
  ];
}

/** All settings of the system are asked about, since a row changes its own only. */
function settingScenes({ settings }: Catalogue, row: Row, scene: Scene): Scene[] {
  if (!row.resources.includes('setting') || scene.resource.type !== 'setting') return [scene];
  return settings.map(({ id }) => ({ ...scene, resource: { type: 'setting' as const, id } }));
}

function held(name: string, subject: (scene: Scene) => Scene['subject']): Change {
  return { name, edit: (scene) => ({ ...scene, subject: subject(scene) }) };
}

/** What stands or doesn't about the subject and their assignment; out of scope comes first. */
function standings({ system, roles }: Catalogue, role: Role, scope: Scope['type']): Change[] {
  const gives = (name: string, ...manual: Scene['subject']['manual']) =>
    held(name, ({ subject }) => ({ ...subject, manual }));
  const mine = (more: Parameters<typeof assignment>[3]) =>
    assignment(system, role.id, scopeHere(scope), more);
  const elsewhere = assignment(system, role.id, { type: scope, ids: [away[scope]] });
  const wider = roles.find((one) => one.id !== role.id && one.calculated === undefined);
  const wrong = scopeTypes.filter(
    (type) => type !== role.scope && !role.alsoFor?.some((also) => also === type),
  );
  const roster = (more: Parameters<typeof withRoster>[1]) =>
    held(`subject ${JSON.stringify(more)}`, ({ subject }) => withRoster(subject, more));
  return [
    gives('out of scope', elsewhere),
    gives(
      'for several places',
      assignment(system, role.id, { type: scope, ids: [away[scope], here[scope]] }),
    ),
    ...wrong.map((type) => gives(`given for a ${type}`, assignment(system, role.id, scopeHere(type)))),
    gives('until today', mine({ until: today })),
    gives('until tomorrow', mine({ until: tomorrow })),
    gives('from tomorrow', mine({ from: tomorrow })),
    gives('from today', mine({ from: today, until: tomorrow })),
    gives('lapsed, renewed', mine({ until: yesterday }), mine({ from: today })),
    gives('no assignment'),
    gives('of another system', { ...mine({}), system: 'other' }),
    gives('by the roster, of a role nobody knows', assignment(system, 'nobody', scopeHere(scope))),
    ...(wider === undefined
      ? []
      : [gives('here by another role', elsewhere, assignment(system, wider.id, scopeHere(wider.scope)))]),
    gives('assigned', mine({})),
    held('no web ID', ({ subject: { webId: _, ...subject } }) => subject),
    held('an account without a roster person', ({ subject: { roster: _, ...subject } }) => subject),
    roster({ status: 'suspended' }),
    roster({ status: 'tobedeleted' }),
    roster({ enabled: false }),
  ];
}

/** Where a student or user asked about lies. */
function placements({ system, roles }: Catalogue, on: ResourceType): Change[] {
  if (on !== 'student' && on !== 'user') return [];
  const [role] = roles;
  const roster = (name: string, more: Parameters<typeof withRoster>[1]): Change => ({
    name,
    edit: (scene) =>
      withAsked(scene, (person) => withRoster(person, { memberships: [], orgIds: [], ...more })),
  });
  const assigned = (name: string, scope: Scope, until?: string): Change => ({
    name,
    edit: (scene) =>
      withAsked(scene, (person) => ({
        ...withRoster(person, { memberships: [], orgIds: ['s-2'] }),
        manual: [assignment(system, role?.id ?? '', scope, until === undefined ? {} : { until })],
      })),
  });
  const of = (schoolId: string) => ({ schoolId });
  return [
    roster('enrolled elsewhere', { memberships: [enrolled('c-2', 'student', of('s-2'))] }),
    roster('enrolled in two', {
      memberships: [enrolled('c-2', 'student', of('s-2')), enrolled('c-1', 'student', of('s-1'))],
    }),
    roster('enrolled until today', {
      memberships: [enrolled('c-1', 'student', { ...of('s-1'), end: today })],
    }),
    roster('enrolled from tomorrow', {
      memberships: [enrolled('c-1', 'student', { ...of('s-1'), begin: tomorrow })],
    }),
    roster('by own org', { orgIds: ['s-1'] }),
    roster('by own org elsewhere', { orgIds: ['s-2'] }),
    roster('by an org today', { datedOrgs: [{ orgId: 's-1', begin: today, end: tomorrow }] }),
    roster('by an org no longer', { datedOrgs: [{ orgId: 's-1', end: today }] }),
    roster('nowhere', {}),
    ...(on === 'student'
      ? [
          {
            name: 'no person of the roster',
            edit: (scene: Scene) => withAsked(scene, ({ roster: _, ...person }) => person),
          },
        ]
      : [
          roster('teaching there', { memberships: [enrolled('c-1', 'teacher', of('s-1'))] }),
          assigned('by assignment', { type: 'school', ids: ['s-1'] }),
          assigned('by lapsed assignment', { type: 'school', ids: ['s-1'] }, today),
          assigned('by assignment to an account', { type: 'account', ids: ['s-1'] }),
          assigned('by assignment to the district', { type: 'district', ids: ['d-1'] }),
          assigned('by assignment to a class that no fact places', { type: 'class', ids: ['c-7'] }),
          ...[today].map((end) => ({
            name: `by assignment to a class taught until ${end}`,
            edit: (scene: Scene) =>
              withAsked(scene, (person) => ({
                ...withRoster(person, {
                  orgIds: ['s-2'],
                  memberships: [enrolled('c-1', 'teacher', { ...of('s-1'), end })],
                }),
                manual: [assignment(system, role?.id ?? '', { type: 'class', ids: ['c-1'] })],
              })),
          })),
          {
            name: 'unknown',
            edit: (scene: Scene) =>
              withSubject(
                withAsked(scene, () => aPerson('u-2')),
                {},
              ),
          },
        ]),
  ];
}
