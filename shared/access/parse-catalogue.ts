import type * as z from 'zod';
import { type FieldProblem, RequestError } from '../errors.ts';
import { Catalogue, type Cell, findRole, findRow, type Setting } from './catalogue.ts';
import type { Condition } from './conditions.ts';
import { resourceTypeProblems } from './resource-types.ts';

/**
 * Reads a catalogue file; `file` names it in the message.
 * @throws {RequestError} `catalogue-invalid`, with a JSON pointer and a hint for each problem.
 */
export function parseCatalogue(json: unknown, file: string): Catalogue {
  const parsed = Catalogue.safeParse(json);
  const problems = parsed.success
    ? contradictionsIn(parsed.data)
    : parsed.error.issues.flatMap((i) => problemsOf(i));
  if (parsed.success && problems.length === 0) return parsed.data;
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new RequestError(
    'unprocessable',
    'catalogue-invalid',
    `${file} is not a catalogue: ${first?.pointer} ${first?.detail}${more}`,
    { fields: problems },
  );
}

type Path = readonly PropertyKey[];

function pointerTo(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Of a union's branches the one that got furthest says what is wrong: a bad condition, not "neither allow nor when". */
function problemsOf(issue: z.core.$ZodIssue, above: Path = []): FieldProblem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const inside = issue.errors.find((branch) => branch.some((inner) => inner.path.length > 0));
    if (inside) return inside.flatMap((inner) => problemsOf(inner, path));
  }
  if (issue.code === 'invalid_key') return issue.issues.flatMap((inner) => problemsOf(inner, path));
  return [{ pointer: pointerTo(path), detail: issue.message }];
}

/** What is well-formed and yet can't be meant. */
function contradictionsIn(catalogue: Catalogue): FieldProblem[] {
  return [
    ...duplicates(catalogue.roles, (role) => role.id, ['roles'], 'id'),
    ...duplicates(catalogue.rows, (row) => row.permission, ['rows'], 'permission'),
    ...duplicates(catalogue.overlays, (overlay) => overlay.name, ['overlays'], 'name'),
    ...catalogue.roles.flatMap((role, i) => rolesScope(catalogue, role.scope, ['roles', i, 'scope'])),
    ...catalogue.roles.flatMap((role, i) =>
      (role.alsoFor ?? []).flatMap((scope, k) => rolesScope(catalogue, scope, ['roles', i, 'alsoFor', k])),
    ),
    ...(catalogue.oneOf ?? []).flatMap((role, i) => unknownRole(catalogue, role, ['oneOf', i])),
    ...settingProblems(catalogue, catalogue.settings, ['settings']),
    ...resourceTypeProblems(catalogue).map(({ path, detail }) => ({ pointer: pointerTo(path), detail })),
    ...catalogue.rows.flatMap((_, i) => rowProblems(catalogue, i)),
    ...catalogue.overlays.flatMap((_, i) => overlayProblems(catalogue, i)),
    ...citations(catalogue).flatMap(({ source, path }) => foreignCitations(catalogue, source, path)),
  ];
}

function duplicates<T>(
  items: readonly T[],
  key: (item: T) => string,
  path: Path,
  field: string,
): FieldProblem[] {
  const seen = new Set<string>();
  return items.flatMap((item, i) => {
    const id = key(item);
    if (seen.has(id)) {
      return [
        { pointer: pointerTo([...path, i, field]), detail: `"${id}" stands here twice; keep one of them.` },
      ];
    }
    seen.add(id);
    return [];
  });
}

function rolesScope(catalogue: Catalogue, scope: Catalogue['scopes'][number], path: Path): FieldProblem[] {
  if (catalogue.scopes.includes(scope)) return [];
  return [
    { pointer: pointerTo(path), detail: `Add "${scope}" to scopes, or use ${catalogue.scopes.join(', ')}.` },
  ];
}

function settingProblems(catalogue: Catalogue, settings: readonly Setting[], path: Path): FieldProblem[] {
  const prefix = `${catalogue.system}.`;
  const misnamed = settings.flatMap((setting, i) =>
    setting.id.startsWith(prefix)
      ? []
      : [
          {
            pointer: pointerTo([...path, i, 'id']),
            detail: `A setting of this system begins with "${prefix}".`,
          },
        ],
  );
  const unchangeable = settings.flatMap((setting, i) =>
    findRow(catalogue, setting.changeWith)?.resources.includes('setting')
      ? []
      : [
          {
            pointer: pointerTo([...path, i, 'changeWith']),
            detail: `"${setting.changeWith}" is not a permission on the resource type "setting"; add such a row.`,
          },
        ],
  );
  return [...duplicates(settings, (setting) => setting.id, path, 'id'), ...misnamed, ...unchangeable];
}

function rowProblems(catalogue: Catalogue, index: number): FieldProblem[] {
  const row = catalogue.rows[index];
  if (!row) return [];
  const path = ['rows', index];
  const reserved =
    row.permission === 'role.effective'
      ? [
          {
            pointer: pointerTo([...path, 'permission']),
            detail: 'Every system answers role.effective by itself.',
          },
        ]
      : [];
  const cells = Object.entries(row.cells).flatMap(([role, cell]) => [
    ...unknownRole(catalogue, role, [...path, 'cells', role]),
    ...cellProblems(catalogue, catalogue.settings, cell, [...path, 'cells', role]),
  ]);
  const others = [
    ...(row.rules ?? []).map(({ must }, i) => ({ condition: must, at: [...path, 'rules', i, 'must'] })),
    ...(row.open?.when ?? []).map((condition, i) => ({ condition, at: [...path, 'open', 'when', i] })),
  ].flatMap(({ condition, at }) => conditionProblems(catalogue, catalogue.settings, condition, at));
  return [...reserved, ...unreasoned(row, path), ...cells, ...others];
}

function overlayProblems(catalogue: Catalogue, index: number): FieldProblem[] {
  const overlay = catalogue.overlays[index];
  if (!overlay) return [];
  const path = ['overlays', index];
  const settings = [...catalogue.settings, ...overlay.settings];
  const changes = overlay.changes.flatMap((change, i) => {
    const at = [...path, 'changes', i];
    const unknownPermission = findRow(catalogue, change.permission)
      ? []
      : [
          {
            pointer: pointerTo([...at, 'permission']),
            detail: `No row has the permission "${change.permission}".`,
          },
        ];
    return [
      ...unknownPermission,
      ...unknownRole(catalogue, change.role, [...at, 'role']),
      ...unreasoned(change, at),
      ...(change.cell === 'deny' ? [] : cellProblems(catalogue, settings, change.cell, [...at, 'cell'])),
    ];
  });
  return [
    ...settingProblems(catalogue, overlay.settings, [...path, 'settings']),
    ...duplicates(overlay.changes, (c) => `${c.permission}/${c.role}`, [...path, 'changes'], 'role'),
    ...changes,
  ];
}

function unknownRole(catalogue: Catalogue, role: string, path: Path): FieldProblem[] {
  if (findRole(catalogue, role)) return [];
  const known = catalogue.roles.map(({ id }) => id).join(', ');
  return [{ pointer: pointerTo(path), detail: `Unknown role "${role}". The catalogue's roles: ${known}.` }];
}

function unreasoned(cited: { standing: string; reason?: string | undefined }, path: Path): FieldProblem[] {
  if (cited.standing === 'printed' || cited.reason !== undefined) return [];
  return [
    { pointer: pointerTo([...path, 'reason']), detail: 'What is read, not printed, needs its reason.' },
  ];
}

function cellProblems(
  catalogue: Catalogue,
  declared: readonly Setting[],
  cell: Cell,
  path: Path,
): FieldProblem[] {
  if (cell === 'allow') return [];
  return cell.when.flatMap((condition, i) =>
    conditionProblems(catalogue, declared, condition, [...path, 'when', i]),
  );
}

/** Settings that aren't declared, roles that don't exist. */
function conditionProblems(
  catalogue: Catalogue,
  declared: readonly Setting[],
  condition: Condition,
  path: Path,
): FieldProblem[] {
  if (condition.kind === 'granted') {
    if (declared.some((setting) => setting.id === condition.setting)) return [];
    const detail = `The setting "${condition.setting}" is not declared; add it to settings.`;
    return [{ pointer: pointerTo([...path, 'setting']), detail }];
  }
  if (condition.kind === 'anyOf') {
    return condition.conditions.flatMap((one, i) =>
      conditionProblems(catalogue, declared, one, [...path, 'conditions', i]),
    );
  }
  if (!('roles' in condition)) return [];
  return condition.roles.flatMap((role, i) => unknownRole(catalogue, role, [...path, 'roles', i]));
}

/** Every list of source lines in the catalogue, and where it stands. */
export function citations(catalogue: Catalogue): { source: readonly string[]; path: Path }[] {
  const listed = (items: readonly { source: readonly string[] }[], path: Path) =>
    items.map(({ source }, i) => ({ source, path: [...path, i, 'source'] }));
  return [
    ...listed(catalogue.roles, ['roles']),
    ...listed(catalogue.settings, ['settings']),
    ...listed(catalogue.rows, ['rows']),
    ...catalogue.rows.flatMap((row, i) => listed(row.rules ?? [], ['rows', i, 'rules'])),
    ...(catalogue.attributeRoles
      ? [{ source: catalogue.attributeRoles.source, path: ['attributeRoles', 'source'] }]
      : []),
    ...catalogue.overlays.flatMap((overlay, i) => [
      ...listed(overlay.settings, ['overlays', i, 'settings']),
      ...listed(overlay.changes, ['overlays', i, 'changes']),
    ]),
  ];
}

function foreignCitations(catalogue: Catalogue, source: readonly string[], path: Path): FieldProblem[] {
  const { id } = catalogue.document;
  return source.flatMap((line, i) =>
    line.startsWith(`${id}:`)
      ? []
      : [{ pointer: pointerTo([...path, i]), detail: `"${line}" is not in the document "${id}".` }],
  );
}
