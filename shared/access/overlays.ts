import type { Catalogue, Overlay, Row } from './catalogue.ts';

/**
 * The catalogue as a district has it that switched the overlay on: a new one, with the overlay's settings and cells. What an
 * overlay changed cites the overlay's lines.
 */
export function applyOverlay(catalogue: Catalogue, overlay: Overlay): Catalogue {
  const changesOf = Map.groupBy(overlay.changes, ({ permission }) => permission);
  return {
    ...catalogue,
    settings: [...catalogue.settings, ...overlay.settings],
    rows: catalogue.rows.map((row) => changed(row, overlay.name, changesOf.get(row.permission) ?? [])),
  };
}

function changed(row: Row, overlay: string, changes: Overlay['changes']): Row {
  if (changes.length === 0) return row;
  const cells = new Map(Object.entries(row.cells));
  const overlaid = new Map(Object.entries(row.overlaid ?? {}));
  for (const { role, cell, permission: _, ...provenance } of changes) {
    if (cell === 'deny') cells.delete(role);
    else cells.set(role, cell);
    overlaid.set(role, { overlay, ...provenance });
  }
  return { ...row, cells: Object.fromEntries(cells), overlaid: Object.fromEntries(overlaid) };
}
