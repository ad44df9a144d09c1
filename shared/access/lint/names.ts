import {
  type Catalogue,
  type Cell,
  findRole,
  findRow,
  isAttributeRole,
  type Overlay,
  type Role,
  resourceTypes,
  type Setting,
} from '../catalogue.ts';
import type { Condition } from '../conditions.ts';
import { isResourceType } from '../question.ts';
import { foreignCitations } from './citations.ts';
import { didYouMean, type Finding, finding, type Path, pointerTo } from './finding.ts';

/** Names that nothing in the catalogue has, things named twice, and sources in another document. */
export function nameFindings(catalogue: Catalogue): Finding[] {
  return [
    ...duplicates(catalogue.roles, (role) => role.id, ['roles'], 'id'),
    ...duplicates(catalogue.rows, (row) => row.permission, ['rows'], 'permission'),
    ...duplicates(catalogue.overlays, (overlay) => overlay.name, ['overlays'], 'name'),
    ...catalogue.roles.flatMap((role, i) => roleFindings(catalogue, role, ['roles', i])),
    ...(catalogue.oneOf ?? []).flatMap((role, i) => assignedRole(catalogue, role, ['oneOf', i])),
    ...settingFindings(catalogue, catalogue.settings, ['settings']),
    ...resourceTypeFindings(catalogue),
    ...catalogue.rows.flatMap((_, i) => rowFindings(catalogue, i)),
    ...catalogue.overlays.flatMap((overlay, i) => overlayFindings(catalogue, overlay, ['overlays', i])),
    ...foreignCitations(catalogue),
  ];
}

function duplicates<T>(items: readonly T[], key: (item: T) => string, path: Path, field: string): Finding[] {
  const seen = new Map<string, number>();
  return items.flatMap((item, i) => {
    const id = key(item);
    const first = seen.get(id);
    if (first === undefined) seen.set(id, i);
    if (first === undefined) return [];
    const hint = `Keep one of them; the other is ${pointerTo([...path, first])}.`;
    return [finding([...path, i, field], `"${id}" stands here twice.`, hint)];
  });
}

/** Types of the catalogue's own are not those that every catalogue can name, and rows name no others. */
function resourceTypeFindings(catalogue: Catalogue): Finding[] {
  const own = catalogue.resourceTypes ?? [];
  const known = [...resourceTypes, ...own.map(({ type }) => type)];
  const taken = own.flatMap(({ type }, i) =>
    isResourceType(type)
      ? [
          finding(
            ['resourceTypes', i, 'type'],
            `"${type}" is a type that every catalogue can name.`,
            'Take another name.',
          ),
        ]
      : [],
  );
  const unknown = catalogue.rows.flatMap((row, i) =>
    row.resources.flatMap((type, k) =>
      known.includes(type)
        ? []
        : [
            finding(
              ['rows', i, 'resources', k],
              `Unknown resource type "${type}".`,
              `${didYouMean(type, known, 'resource types')} Or declare it in resourceTypes.`,
            ),
          ],
    ),
  );
  return [...duplicates(own, ({ type }) => type, ['resourceTypes'], 'type'), ...taken, ...unknown];
}

function roleFindings(catalogue: Catalogue, role: Role, path: Path): Finding[] {
  const scopes = [
    { scope: role.scope, at: [...path, 'scope'] },
    ...(role.alsoFor ?? []).map((scope, k) => ({ scope, at: [...path, 'alsoFor', k] })),
  ];
  const unlisted = scopes.flatMap(({ scope, at }) =>
    catalogue.scopes.includes(scope)
      ? []
      : [
          finding(
            at,
            `"${scope}" is not among the catalogue's scopes.`,
            `Add "${scope}" to scopes, or use ${catalogue.scopes.join(', ')}.`,
          ),
        ],
  );
  return [...unlisted, ...calculatedFindings(role, path)];
}

/** A calculated role is one of the whole district, and nobody gives it. */
function calculatedFindings(role: Role, path: Path): Finding[] {
  if (role.calculated === undefined) return [];
  const never = [
    ...(role.privileged ? ['privileged'] : []),
    ...(role.seats === undefined ? [] : ['seats']),
  ].map((field) =>
    finding(
      [...path, field],
      `"${role.id}" is calculated and never assigned, so that "${field}" says nothing.`,
      field === 'privileged' ? 'Write false.' : 'Take it out.',
    ),
  );
  if ([role.scope, ...(role.alsoFor ?? [])].includes('district')) return never;
  const message = `"${role.id}" is calculated for the whole district, so that it would never be effective for a ${role.scope}.`;
  return [...never, finding([...path, 'scope'], message, 'Write "district".')];
}

function settingFindings(catalogue: Catalogue, settings: readonly Setting[], path: Path): Finding[] {
  const prefix = `${catalogue.system}.`;
  const changing = catalogue.rows.filter((row) => row.resources.includes('setting'));
  const wrong = settings.flatMap(({ id, changeWith }, i) => {
    const row = findRow(catalogue, changeWith);
    const misnamed = id.startsWith(prefix)
      ? []
      : [
          finding(
            [...path, i, 'id'],
            `"${id}" is not a setting of this system.`,
            `It begins with "${prefix}".`,
          ),
        ];
    if (row?.resources.includes('setting')) return misnamed;
    const known = changing.map(({ permission }) => permission);
    const hint =
      row === undefined
        ? didYouMean(changeWith, known, 'permissions on settings')
        : 'Add "setting" to the resources of its row, or name another permission.';
    const message = `"${changeWith}" is not a permission on the resource type "setting".`;
    return [...misnamed, finding([...path, i, 'changeWith'], message, hint)];
  });
  return [...duplicates(settings, (setting) => setting.id, path, 'id'), ...wrong];
}

function rowFindings(catalogue: Catalogue, index: number): Finding[] {
  const row = catalogue.rows[index];
  if (row === undefined) return [];
  const path = ['rows', index];
  const reserved =
    row.permission === 'role.effective'
      ? [
          finding(
            [...path, 'permission'],
            'Every system answers role.effective by itself.',
            'Take the row out, or call its permission otherwise.',
          ),
        ]
      : [];
  const cells = Object.entries(row.cells).flatMap(([role, cell]) => [
    ...unknownRole(catalogue, role, [...path, 'cells', role]),
    ...cellFindings(catalogue, catalogue.settings, cell, [...path, 'cells', role]),
  ]);
  const others = [
    ...(row.rules ?? []).map(({ must }, i) => ({ condition: must, at: [...path, 'rules', i, 'must'] })),
    ...(row.open?.when ?? []).map((condition, i) => ({ condition, at: [...path, 'open', 'when', i] })),
  ].flatMap(({ condition, at }) => conditionFindings(catalogue, catalogue.settings, condition, at));
  return [...reserved, ...unreasoned(row, path), ...cells, ...others];
}

function overlayFindings(catalogue: Catalogue, overlay: Overlay, path: Path): Finding[] {
  const settings = [...catalogue.settings, ...overlay.settings];
  const declared = catalogue.settings.map(({ id }) => id);
  const again = overlay.settings.flatMap(({ id }, i) =>
    declared.includes(id)
      ? [
          finding(
            [...path, 'settings', i, 'id'],
            `"${id}" is a setting without the overlay too.`,
            'Take it out.',
          ),
        ]
      : [],
  );
  const permissions = catalogue.rows.map(({ permission }) => permission);
  const changes = overlay.changes.flatMap((change, i) => {
    const at = [...path, 'changes', i];
    const { permission } = change;
    const unknownPermission = findRow(catalogue, permission)
      ? []
      : [
          finding(
            [...at, 'permission'],
            `No row has the permission "${permission}".`,
            didYouMean(permission, permissions, 'permissions'),
          ),
        ];
    return [
      ...unknownPermission,
      ...unknownRole(catalogue, change.role, [...at, 'role']),
      ...unreasoned(change, at),
      ...(change.cell === 'deny' ? [] : cellFindings(catalogue, settings, change.cell, [...at, 'cell'])),
    ];
  });
  return [
    ...settingFindings(catalogue, overlay.settings, [...path, 'settings']),
    ...again,
    ...duplicates(overlay.changes, (c) => `${c.permission}/${c.role}`, [...path, 'changes'], 'role'),
    ...changes,
  ];
}

function unknownRole(catalogue: Catalogue, role: string, path: Path): Finding[] {
  if (findRole(catalogue, role)) return [];
  const known = catalogue.roles.map(({ id }) => id);
  return [finding(path, `Unknown role "${role}".`, didYouMean(role, known, 'roles'))];
}

function assignedRole(catalogue: Catalogue, id: string, path: Path): Finding[] {
  if (findRole(catalogue, id)?.calculated === undefined) return unknownRole(catalogue, id, path);
  return [finding(path, `"${id}" is calculated: no mapping rule ever gives it.`, 'Take it out.')];
}

function unreasoned(cited: { standing: string; reason?: string | undefined }, path: Path): Finding[] {
  if (cited.standing === 'printed' || cited.reason !== undefined) return [];
  const hint = 'Say why it is read so, or write "standing": "printed" where the source prints it.';
  return [finding([...path, 'reason'], 'What is read, not printed, needs its reason.', hint)];
}

function cellFindings(catalogue: Catalogue, declared: readonly Setting[], cell: Cell, path: Path): Finding[] {
  if (cell === 'allow') return [];
  return cell.when.flatMap((condition, i) =>
    conditionFindings(catalogue, declared, condition, [...path, 'when', i]),
  );
}

/** Settings that aren't declared, roles that don't exist. */
function conditionFindings(
  catalogue: Catalogue,
  declared: readonly Setting[],
  condition: Condition,
  path: Path,
): Finding[] {
  if (condition.kind === 'granted') {
    const known = declared.map(({ id }) => id);
    if (known.includes(condition.setting)) return [];
    const hint = `${didYouMean(condition.setting, known, 'settings')} Or add it to settings.`;
    return [finding([...path, 'setting'], `The setting "${condition.setting}" is not declared.`, hint)];
  }
  if (condition.kind === 'anyOf') {
    return condition.conditions.flatMap((one, i) =>
      conditionFindings(catalogue, declared, one, [...path, 'conditions', i]),
    );
  }
  return rolesNamedIn(catalogue, condition).flatMap(({ field, roles }) =>
    roles.flatMap((role, i) => {
      const at = [...path, field, i];
      if (!isAttributeRole(catalogue, role)) {
        return unknownRole(catalogue, role.replace(`${catalogue.system}:`, ''), at);
      }
      if (condition.kind === 'propertyIn') return [];
      const message = `"${role}" stands for an attribute, and counts for website content only.`;
      return [finding(at, message, 'Take it out.')];
    }),
  );
}

/** Properties whose values are roles of the system. */
const roleProperties: readonly string[] = ['accountType', 'role'];

function rolesNamedIn(
  catalogue: Catalogue,
  condition: Condition,
): { field: string; roles: readonly string[] }[] {
  switch (condition.kind) {
    case 'holdsOnly':
    case 'staff':
    case 'mayCarry':
      return [{ field: 'roles', roles: condition.roles }];
    case 'oneAtATime':
      return [{ field: 'except', roles: condition.except }];
    case 'staffRowsOnly':
      return [{ field: 'accountTypes', roles: condition.accountTypes }];
    case 'propertyIn':
      // What properties of a catalogue's own types mean is its own matter.
      return catalogue.resourceTypes === undefined && roleProperties.includes(condition.property)
        ? [{ field: 'values', roles: condition.values }]
        : [];
    default:
      return [];
  }
}
