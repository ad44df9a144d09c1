import type { Catalogue } from '../catalogue.ts';
import { type Finding, finding, type Path } from './finding.ts';

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

/** Sources in another document than the catalogue's. */
export function foreignCitations(catalogue: Catalogue): Finding[] {
  const { id } = catalogue.document;
  return citations(catalogue).flatMap(({ source, path }) =>
    source.flatMap((line, i) =>
      line.startsWith(`${id}:`)
        ? []
        : [finding([...path, i], `"${line}" is not in the document "${id}".`, `Cite it as "${id}:<line>".`)],
    ),
  );
}
