import { type Catalogue, type Cell, cellOf, type Row, sourceOf } from './catalogue.ts';
import { conditionSentence } from './condition-sentences.ts';

/** What a role may do by one row of its catalogue, with what the row rests on. */
export type RolePermission = {
  permission: string;
  /** In the words of the source. */
  task: string;
  /** In words; absent where the role may do it anywhere in its scope. */
  condition?: string;
  /** What binds everybody whom the row allows. */
  rules?: string[];
  source?: string;
  /** `read`: the source is damaged or silent, and `reason` says how it is read. */
  standing: 'printed' | 'read';
  reason?: string;
  /** The overlay that the district switched on and that changed the cell. */
  overlay?: string;
};

export function permissionsOf(catalogue: Catalogue, role: string): RolePermission[] {
  return catalogue.rows.flatMap((row) => {
    const cell = cellOf(row, role);
    return cell === undefined ? [] : [permissionOf(catalogue, role, { row, cell })];
  });
}

function permissionOf(
  catalogue: Catalogue,
  role: string,
  { row, cell }: { row: Row; cell: Cell },
): RolePermission {
  const overlaid =
    row.overlaid !== undefined && Object.hasOwn(row.overlaid, role) ? row.overlaid[role] : undefined;
  const { standing, reason } = overlaid ?? row;
  const source = sourceOf(row, role);
  const conditions = wordsOf(catalogue, cell);
  return {
    permission: row.permission,
    task: row.task,
    ...(conditions.length === 0 ? {} : { condition: conditions.join('; and ') }),
    ...(row.rules === undefined ? {} : { rules: row.rules.map(({ says }) => says) }),
    ...(source === undefined ? {} : { source }),
    standing,
    ...(reason === undefined ? {} : { reason }),
    ...(overlaid === undefined ? {} : { overlay: overlaid.overlay }),
  };
}

function wordsOf(catalogue: Catalogue, cell: Cell): string[] {
  if (cell === 'allow') return [];
  const words = cell.when.map((condition) => conditionSentence(catalogue, condition));
  return 'within' in cell ? ['it is in a school of their classes', ...words] : words;
}
