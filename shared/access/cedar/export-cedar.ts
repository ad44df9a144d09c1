import type { Catalogue, Cell, Role, Row } from '../catalogue.ts';
import { conditionText } from './cedar-conditions.ts';
import { principalsOf, whenOf } from './cedar-context.ts';
import { calculatedText, Holder, inactiveText } from './cedar-holder.ts';
import { namespaceOf, placesOf, typesOf } from './cedar-names.ts';
import { schemaText } from './cedar-schema.ts';
import { all, any, has, not, policyText, quote } from './cedar-text.ts';

/** Both in Cedar's own form: the contents of a `.cedarschema` and a `.cedar` file. */
export type CedarExport = { schema: string; policies: string };

/**
 * A catalogue for Cedar 4: a `permit` for each cell and open row, a `forbid` for each rule and for what takes the effect from
 * all assignments. A request is made for one assignment, so that pairs of role and scope never cross; a user may what one of
 * their assignments may, or they themselves. docs/cedar.md tells how facts become entities.
 * @throws {RequestError} `catalogue-not-exportable`, see cedar-conditions.ts.
 */
export function exportCedar(catalogue: Catalogue): CedarExport {
  const policies = [...everywhere(catalogue), ...catalogue.rows.flatMap((row) => policiesOf(catalogue, row))];
  return { schema: schemaText(catalogue), policies: `${policies.join('\n\n')}\n` };
}

/** What takes the effect from every assignment: its dates, a missing web ID, a person that the roster suspends or disables. */
function everywhere(catalogue: Catalogue): string[] {
  const { system, roles, rows } = catalogue;
  const name = namespaceOf(catalogue);
  const forbid = (rule: string, principal: 'Assignment' | 'User', when: string, unless: string[] = []) =>
    policyText({
      effect: 'forbid',
      annotations: { id: `${system}:${rule}` },
      scope: [`principal is ${name}::${principal}`, 'action', 'resource'],
      when: [when],
      unless,
    });
  const begun = all(has('principal', 'from'), 'context.today < principal.from');
  const ended = all(has('principal', 'until'), 'context.today >= principal.until');
  const needWebId = roles
    .filter((role) => role.needsWebId === true)
    .map(({ id }) => `${name}::Role::${quote(id)}`);
  const openEvenInactive = rows
    .filter(({ open }) => open?.evenInactive === true)
    .map(({ permission }) => `${name}::Action::${quote(permission)}`);
  const isAsked = (principal: 'Assignment' | 'User') =>
    rows.some((row) => principalsOf(catalogue, row).includes(principal));
  return [
    ...(isAsked('Assignment')
      ? [
          forbid('assignment.dates', 'Assignment', any(begun, ended)),
          forbid('assignment.inactive', 'Assignment', inactiveText('principal.user')),
        ]
      : []),
    ...(needWebId.length === 0
      ? []
      : [
          forbid('assignment.web_id', 'Assignment', `principal in [${needWebId.join(', ')}]`, [
            has('principal.user', 'webId'),
          ]),
        ]),
    ...(isAsked('User')
      ? [
          forbid(
            'user.inactive',
            'User',
            inactiveText('principal'),
            openEvenInactive.length === 0 ? [] : [`action in [${openEvenInactive.join(', ')}]`],
          ),
        ]
      : []),
  ];
}

function policiesOf(catalogue: Catalogue, row: Row): string[] {
  const cells = catalogue.roles.flatMap((role) => {
    const cell = Object.hasOwn(row.cells, role.id) ? row.cells[role.id] : undefined;
    return cell === undefined ? [] : [permitOf(catalogue, row, { role, cell })];
  });
  const open = row.open === undefined ? [] : [permitOpen(catalogue, row, row.open.when)];
  return [...cells, ...open, ...settingOf(catalogue, row), ...rulesOf(catalogue, row)];
}

function permitOf(catalogue: Catalogue, row: Row, { role, cell }: { role: Role; cell: Cell }): string {
  const { system } = catalogue;
  const name = namespaceOf(catalogue);
  const overlaid = row.overlaid?.[role.id];
  const { source, standing } = overlaid ?? row;
  const holder = new Holder(catalogue, role.calculated === undefined ? 'Assignment' : 'User');
  const principal =
    role.calculated === undefined
      ? `principal in ${name}::Role::${quote(role.id)}`
      : `principal is ${name}::User`;
  return policyText({
    effect: 'permit',
    annotations: {
      id: `${system}:${row.permission}/${role.id}`,
      source: source.join(', '),
      standing,
      overlay: overlaid?.overlay,
    },
    scope: [principal, actionOf(catalogue, row), 'resource'],
    when: [
      ...(role.calculated === undefined ? [] : calculatedWhen(role.calculated, row)),
      scopeText(role, cell),
      ...whenOf(cell).map((condition) => conditionText(condition, holder)),
    ],
  });
}

/** An open row that even the inactive may use lifts the general prohibition, which a calculated role keeps. */
function calculatedWhen(calculation: NonNullable<Role['calculated']>, row: Row): string[] {
  const active = row.open?.evenInactive === true ? [not(inactiveText('principal'))] : [];
  return [calculatedText(calculation, 'principal'), ...active];
}

/** The resource lies in the scope, whose type is one that the role is given for. */
function scopeText(role: Role, cell: Cell): string {
  if (role.calculated !== undefined) return 'resource in principal.district';
  const places = typesOf(role).map((type) =>
    type === 'class' && cell !== 'allow' && 'within' in cell ? 'homes' : placesOf[type],
  );
  return any(...places.map((place) => `resource in principal.${place}`));
}

function permitOpen(catalogue: Catalogue, row: Row, when: NonNullable<Row['open']>['when']): string {
  const holder = new Holder(catalogue, 'User');
  return policyText({
    effect: 'permit',
    annotations: {
      id: `${catalogue.system}:${row.permission}/open`,
      source: row.source.join(', '),
      standing: row.standing,
    },
    scope: [`principal is ${namespaceOf(catalogue)}::User`, actionOf(catalogue, row), 'resource'],
    when: when.map((condition) => conditionText(condition, holder)),
  });
}

function actionOf(catalogue: Catalogue, { permission }: Row): string {
  return `action == ${namespaceOf(catalogue)}::Action::${quote(permission)}`;
}

/** A setting is changed with the permission that it names. */
function settingOf(catalogue: Catalogue, row: Row): string[] {
  if (!row.resources.includes('setting')) return [];
  const name = namespaceOf(catalogue);
  const changed = catalogue.settings
    .filter(({ changeWith }) => changeWith === row.permission)
    .map(({ id }) => `resource == ${name}::Setting::${quote(id)}`);
  return [
    policyText({
      effect: 'forbid',
      annotations: { id: `${catalogue.system}:${row.permission}/settings` },
      scope: ['principal', actionOf(catalogue, row), `resource is ${name}::Setting`],
      unless: [any(...changed)],
    }),
  ];
}

/** A rule binds everybody whom the row allows. */
function rulesOf(catalogue: Catalogue, row: Row): string[] {
  const { system } = catalogue;
  const name = namespaceOf(catalogue);
  const principals = principalsOf(catalogue, row);
  return (row.rules ?? []).flatMap(({ says, must, source }, i) =>
    principals.map((principal) =>
      policyText({
        effect: 'forbid',
        annotations: {
          id: `${system}:${row.permission}/rule-${i + 1}${principals.length > 1 ? `-${principal.toLowerCase()}` : ''}`,
          says,
          source: source.join(', '),
        },
        scope: [`principal is ${name}::${principal}`, actionOf(catalogue, row), 'resource'],
        unless: [conditionText(must, new Holder(catalogue, principal))],
      }),
    ),
  );
}
