import { createHash } from 'node:crypto';
import type { Catalogue, CatalogueSet, Overlay, Role } from './catalogue.ts';
import type { AccessQuestion, ActiveOverlay, DistrictFacts } from './facts.ts';
import { byText } from './order.ts';
import { applyOverlay } from './overlays.ts';
import { readsRecords } from './question.ts';

/** The catalogues that hold for a district: at once where they are known, else when its own have been read. */
export type CataloguesOf = (district: DistrictFacts) => CatalogueSet | Promise<CatalogueSet>;

/** What names a document by its content: equal catalogues have one version, wherever they come from and in whatever order of members. */
export function versionOf(document: Catalogue | Overlay): string {
  return createHash('sha256').update(JSON.stringify(document, inOrder)).digest('hex').slice(0, 32);
}

function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => byText(a, b)));
}

/** What the district has of its own, by version. */
export type OwnDocuments = {
  catalogues: ReadonlyMap<string, Catalogue>;
  overlays: ReadonlyMap<string, Overlay>;
};

const none: OwnDocuments = { catalogues: new Map(), overlays: new Map() };

/**
 * The shipped catalogues, the district's own in place of or beside them, and on them the overlays that are switched on, in their order.
 * A system whose document can't be read is none, so that its questions are denied: what stands under it could allow more. An overlay
 * that a catalogue no longer has changes nothing.
 */
export function effectiveCatalogues(
  shipped: CatalogueSet,
  district: Pick<DistrictFacts, 'catalogues' | 'overlays'>,
  own: OwnDocuments = none,
): CatalogueSet {
  const all = new Map(shipped);
  for (const [system, version] of Object.entries(district.catalogues ?? {})) {
    const catalogue = own.catalogues.get(version);
    if (catalogue === undefined) all.delete(system);
    else all.set(system, catalogue);
  }
  for (const active of district.overlays ?? []) {
    const catalogue = all.get(active.system);
    const overlay = catalogue && overlayOf(catalogue, active, own);
    if (catalogue && overlay) all.set(active.system, applyOverlay(catalogue, overlay));
    else if (active.version !== undefined) all.delete(active.system);
  }
  return all;
}

function overlayOf(
  catalogue: Catalogue,
  { name, version }: ActiveOverlay,
  own: OwnDocuments,
): Overlay | undefined {
  if (version !== undefined) return own.overlays.get(version);
  return catalogue.overlays.find((overlay) => overlay.name === name);
}

/**
 * What our own API is judged by: the shipped catalogues with the shipped overlays that the district switched on, never a catalogue or
 * overlay of the district's own. Whoever may put one could else write themself any right, or take the last right to put another away.
 */
export function makeOurCatalogues(shipped: CatalogueSet): (district: DistrictFacts) => CatalogueSet {
  const names = new Set([...shipped.values()].flatMap(({ overlays }) => overlays.map(({ name }) => name)));
  const built = new Map<string, CatalogueSet>();
  return ({ overlays = [] }) => {
    const active = overlays.filter(({ name, version }) => version === undefined && names.has(name));
    if (active.length === 0) return shipped;
    const key = JSON.stringify(active);
    const known = built.get(key) ?? effectiveCatalogues(shipped, { overlays: active });
    built.set(key, known);
    return known;
  };
}

/** Which questions the records of logins can change the answer to, in a district. */
export type RecordsReader = (district: DistrictFacts) => Promise<(question: AccessQuestion) => boolean>;

export function recordsReader(cataloguesOf: CataloguesOf): RecordsReader {
  return async (district) => {
    const catalogues = await cataloguesOf(district);
    return (question) => readsRecords(catalogues, question);
  };
}

/**
 * Privileged roles, and those with seats, that a catalogue in place of a shipped one lacks or has in another way. The former guard our
 * own API and are given by two people, the latter have one holder at any instant: neither is for a district to change.
 */
export function changedPrivileges(shipped: Catalogue, own: Catalogue): Role[] {
  const given = ({ label: _, level: __, source: ___, reason: ____, ...rest }: Role) =>
    JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
  return shipped.roles.filter((role) => {
    const kept = own.roles.find(({ id }) => id === role.id);
    const isGuarded = role.privileged || role.seats !== undefined;
    return isGuarded && (kept === undefined || given(kept) !== given(role));
  });
}
