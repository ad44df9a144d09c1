import { type Catalogue, type Cell, findOwnType, findRole, findRow, type Row } from '../catalogue.ts';
import type { Condition } from '../conditions.ts';
import { isSameData } from '../same-data.ts';
import {
  contradiction,
  neverFor,
  type Reader,
  typeConcerned,
  typesInScope,
  typesThatMeet,
} from './condition-reach.ts';
import { type Finding, finding, type Path, pointerTo } from './finding.ts';

type Placed = { condition: Condition; path: Path };

/** Conditions that never hold or never matter, rows that nobody reaches, settings that nothing uses. */
export function reachFindings(catalogue: Catalogue): Finding[] {
  return [
    ...catalogue.rows.flatMap((row, i) => rowFindings(catalogue, row, ['rows', i])),
    ...catalogue.overlays.flatMap(({ changes }, i) =>
      changes.flatMap(({ permission, role, cell }, k) => {
        const path = ['overlays', i, 'changes', k];
        const row = findRow(catalogue, permission);
        if (row === undefined) return [];
        const was = Object.hasOwn(row.cells, role) ? row.cells[role] : 'deny';
        if (isSameData(was, cell)) {
          return [
            finding([...path, 'cell'], 'This changes nothing: the row says so already.', 'Take it out.'),
          ];
        }
        const rules = rulesOf(row, ['rows', catalogue.rows.indexOf(row)]);
        return cell === 'deny' ? [] : cellFindings({ catalogue, row, rules }, role, cell, [...path, 'cell']);
      }),
    ),
    ...unusedSettings(catalogue),
  ];
}

function rowFindings(catalogue: Catalogue, row: Row, path: Path): Finding[] {
  const rules = rulesOf(row, path);
  const everybody = { catalogue, role: undefined, evenInactive: row.open?.evenInactive === true };
  const open = (row.open?.when ?? []).map((condition, i) => ({
    condition,
    path: [...path, 'open', 'when', i],
  }));
  const isForRoles = Object.keys(row.cells).length > 0;
  const alone = conditionsFindings(rules, [], { reader: everybody, types: row.resources });
  return [
    ...unreached(catalogue, row, path),
    ...alone,
    ...(alone.length > 0 ? [] : conditionsFindings(open, rules, { reader: everybody, types: row.resources })),
    ...(alone.length > 0 || !isForRoles
      ? []
      : Object.entries(row.cells).flatMap(([role, cell]) =>
          cellFindings({ catalogue, row, rules }, role, cell, [...path, 'cells', role]),
        )),
  ];
}

function rulesOf(row: Row, path: Path): Placed[] {
  return (row.rules ?? []).map(({ must }, i) => ({ condition: must, path: [...path, 'rules', i, 'must'] }));
}

function unreached(catalogue: Catalogue, row: Row, path: Path): Finding[] {
  const byOverlay = catalogue.overlays.some(({ changes }) =>
    changes.some(({ permission, cell }) => permission === row.permission && cell !== 'deny'),
  );
  const nobody =
    Object.keys(row.cells).length === 0 && row.open === undefined && !byOverlay
      ? [finding(path, `Nobody may do "${row.permission}".`, 'Give a role a cell, or open the row.')]
      : [];
  const settings = [...catalogue.settings, ...catalogue.overlays.flatMap((overlay) => overlay.settings)];
  const changesNone = !settings.some(({ changeWith }) => changeWith === row.permission);
  const at = row.resources.indexOf('setting');
  if (at < 0 || !changesNone) return nobody;
  const hint = 'Name the permission in the changeWith of a setting, or take "setting" out of its resources.';
  return [
    ...nobody,
    finding([...path, 'resources', at], `No setting is changed with "${row.permission}".`, hint),
  ];
}

type Within = { catalogue: Catalogue; row: Row; rules: readonly Placed[] };

function cellFindings({ catalogue, row, rules }: Within, roleId: string, cell: Cell, path: Path): Finding[] {
  const role = findRole(catalogue, roleId);
  if (role === undefined) return [];
  const inScope = typesInScope(role, cell !== 'allow' && 'within' in cell);
  // Where a resource of the catalogue's own type lies, its facts say.
  const isOwn = (type: string) => findOwnType(catalogue, type) !== undefined;
  const types = row.resources.filter((type) => (inScope?.includes(type) ?? true) || isOwn(type));
  if (types.length === 0) {
    const message = `"${role.id}" is given for a ${role.scope}, where no ${row.resources.join(' or ')} ever lies.`;
    return [finding(path, message, 'Leave the cell out, or give the role a wider scope.')];
  }
  const when = (cell === 'allow' ? [] : cell.when).map((condition, i) => ({
    condition,
    path: [...path, 'when', i],
  }));
  const wasteful =
    cell !== 'allow' && 'within' in cell && ![role.scope, ...(role.alsoFor ?? [])].includes('class')
      ? [
          finding(
            [...path, 'within'],
            `"${role.id}" is never given for classes, so that "within" says nothing.`,
            'Take it out.',
          ),
        ]
      : [];
  const reader = { catalogue, role, evenInactive: false };
  return [...wasteful, ...conditionsFindings(when, rules, { reader, types })];
}

type Place = { reader: Reader; types: readonly string[] };

/** `rules` must hold as well. What is wrong is told at the first condition that can't be met beside those before it. */
function conditionsFindings(when: readonly Placed[], rules: readonly Placed[], at: Place): Finding[] {
  const findings: Finding[] = [];
  const before: Placed[] = [...rules];
  let types = rules.reduce((left, { condition }) => narrowed(left, condition), at.types);
  for (const placed of when) {
    const { condition, path } = placed;
    const problem = useless(placed, before, at) ?? clashing(placed, before, at.reader);
    const left = narrowed(types, condition);
    if (problem !== undefined) findings.push(problem);
    else if (left.length === 0) findings.push(offType(placed, types));
    else types = left;
    before.push({ condition, path });
  }
  return findings;
}

function narrowed(types: readonly string[], condition: Condition): readonly string[] {
  const meeting = typesThatMeet(condition);
  return meeting === undefined ? types : types.filter((type) => meeting.includes(type));
}

function offType({ condition, path }: Placed, types: readonly string[]): Finding {
  const meeting = typesThatMeet(condition) ?? [];
  const message = `"${condition.kind}" never holds here: it is about a ${meeting.join(' or ')}, and this is asked on a ${types.join(' or ')}.`;
  return finding(path, message, 'Take the condition out, or add such a resource type to the row.');
}

function useless({ condition, path }: Placed, before: readonly Placed[], at: Place): Finding | undefined {
  const { catalogue } = at.reader;
  const same = before.find((other) => isSameData(other.condition, condition));
  if (same !== undefined) {
    const what = same.path.includes('rules')
      ? 'A rule of the row asks this of everybody'
      : 'This stands here twice';
    return finding(path, `${what}.`, `Take it out; ${pointerTo(same.path)} says it.`);
  }
  const concerned = typeConcerned(condition);
  if (concerned !== undefined && !at.types.includes(concerned)) {
    const message = `"${condition.kind}" says nothing here: it is about a ${concerned}, and this is asked on a ${at.types.join(' or ')}.`;
    return finding(path, message, 'Take it out.');
  }
  const aboutSeats = condition.kind === 'seatFree' || condition.kind === 'seatTaken';
  if (aboutSeats && !catalogue.roles.some(({ seats }) => seats !== undefined)) {
    return finding(
      path,
      'No role of the catalogue is limited in seats.',
      'Take it out, or give a role "seats".',
    );
  }
  return undefined;
}

function clashing(
  { condition, path }: Placed,
  before: readonly Placed[],
  reader: Reader,
): Finding | undefined {
  const hint = 'Change one of them, or leave the cell out: it denies whatever the facts are.';
  const never = neverFor(condition, reader);
  if (never !== undefined) return finding(path, `"${condition.kind}" never holds here: ${never}.`, hint);
  for (const other of before) {
    const why = contradiction(other.condition, condition, reader);
    if (why === undefined) continue;
    return finding(path, `This and ${pointerTo(other.path)} never hold together: ${why}.`, hint);
  }
  return undefined;
}

/** A setting is used by a condition, or by a permission that is there for it alone. */
function unusedSettings(catalogue: Catalogue): Finding[] {
  const lists = [
    { settings: catalogue.settings, path: ['settings'] as Path },
    ...catalogue.overlays.map(({ settings }, i) => ({ settings, path: ['overlays', i, 'settings'] })),
  ];
  const all = lists.flatMap(({ settings }) => settings);
  const cells = [
    ...catalogue.rows.flatMap((row) => Object.values(row.cells)),
    ...catalogue.overlays.flatMap(({ changes }) => changes.map(({ cell }) => cell)),
  ].flatMap((cell) => (typeof cell === 'string' ? [] : cell.when));
  const others = catalogue.rows.flatMap((row) => [
    ...(row.rules ?? []).map(({ must }) => must),
    ...(row.open?.when ?? []),
  ]);
  const granted = [...cells, ...others].flatMap((one) => (one.kind === 'granted' ? [one.setting] : []));
  const isUsed = (id: string, changeWith: string) =>
    granted.includes(id) || all.filter((other) => other.changeWith === changeWith).length === 1;
  return lists.flatMap(({ settings, path }) =>
    settings.flatMap(({ id, changeWith }, i) =>
      isUsed(id, changeWith)
        ? []
        : [
            finding(
              [...path, i],
              `Nothing depends on the setting "${id}".`,
              'Use it in a condition, or take it out.',
            ),
          ],
    ),
  );
}
