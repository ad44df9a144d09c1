import type { Catalogue, Overlay } from '../../shared/access/catalogue.ts';
import type { ActiveOverlay, DistrictFacts } from '../../shared/access/facts.ts';
import { parseOverlay } from '../../shared/access/parse-overlay.ts';
import { RequestError } from '../../shared/errors.ts';
import type { OverlayView } from '../../shared/messages/catalogues.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import type { VersionRow } from '../../shared/store/district-catalogues.ts';
import type { Deps } from './deps.ts';
import { factsOf } from './district-facts.ts';

type OverlayHandlers = Pick<Handlers<'manage-access'>, 'listOverlays' | 'putOverlay' | 'listOverlayVersions'>;

/** An overlay that a district can switch on; `version`: of one of its own. */
type Known = { system: string; name: string; label: string; version?: string };
type Put = { facts: DistrictFacts; by: string; at: string };

const pageRows = 1000;

export function makeOverlayHandlers(deps: Deps): OverlayHandlers {
  const { access, cataloguesOf, documents, districtCatalogues, events } = deps;

  return {
    async listOverlays({ params: { district } }) {
      const facts = await factsOf(access, district);
      const known = await knownIn(facts);
      return { items: [...known.values()].map((one) => viewOf(one, isActive(facts, one.name))) };
    },

    async putOverlay({ params: { district, overlay: name }, body, by, now }) {
      const facts = await factsOf(access, district);
      const put = { facts, by, at: now.toISOString() };
      return 'changes' in body ? putOwn(put, name, body) : switched(put, name, body.active === true);
    },

    async listOverlayVersions({ params: { district, overlay: name }, query }) {
      return districtCatalogues.list({ district, kind: 'overlay', name }, query);
    },
  };

  async function switched(put: Put, name: string, active: boolean): Promise<OverlayView> {
    const { facts } = put;
    const known = (await knownIn(facts)).get(name);
    if (known === undefined) throw unknownOverlay(name);
    if (isActive(facts, name) === active) return viewOf(known, active);
    const { system, version } = known;
    if (active && version !== undefined) {
      const { name: _, ...own } = (await documents.overlay(facts.id, version)) ?? refuseLost(name);
      parseOverlay(own, name, baseOf(await cataloguesOf(facts), system));
    }
    const others = (facts.overlays ?? []).filter((one) => one.name !== name);
    await change(put, active ? [...others, pointerTo(known)] : others, {
      ...known,
      version: active ? version : undefined,
    });
    return viewOf(known, active);
  }

  async function putOwn(put: Put, name: string, body: Record<string, unknown>): Promise<OverlayView> {
    const { facts } = put;
    const system = String(body.system);
    const before = (await knownIn(facts)).get(name);
    if (before !== undefined && before.version === undefined) throw taken(name, before.system);
    if (before !== undefined && before.system !== system) throw taken(name, before.system);
    const overlay: Overlay = parseOverlay(body, name, baseOf(await cataloguesOf(facts), system));
    const version = await documents.put(facts.id, overlay);
    const own = { system, name, label: overlay.label, version };
    const present = facts.overlays ?? [];
    const next = isActive(facts, name)
      ? present.map((one) => (one.name === name ? pointerTo(own) : one))
      : [...present, pointerTo(own)];
    await change(put, next, own);
    return viewOf(own, true);
  }

  async function change(
    { facts, by, at }: Put,
    overlays: ActiveOverlay[],
    { system, name, label, version }: Omit<Known, 'version'> & { version?: string | undefined },
  ): Promise<void> {
    const row: VersionRow = {
      system,
      name,
      label,
      ...(version === undefined ? {} : { version }),
      by,
      at,
    };
    const head = { parts: { overlays }, revision: facts.revision };
    await districtCatalogues.change(facts.id, head, { kind: 'overlay', row });
    const active = overlays.some((one) => one.name === name);
    const what = { system, overlay: name, active, ...(version === undefined ? {} : { version }) };
    events.audited({ district: facts.id, by, action: 'overlay-changed', what });
  }

  /** Those of the catalogues, and the last version of each that the district ever put, by name. */
  async function knownIn(facts: DistrictFacts): Promise<Map<string, Known>> {
    const all = await cataloguesOf(facts);
    const known = new Map<string, Known>();
    for (const { system, overlays } of all.values()) {
      for (const { name, label } of overlays) known.set(name, { system, name, label });
    }
    const at = { district: facts.id, kind: 'overlay' as const };
    let cursor: string | undefined;
    do {
      const page = await districtCatalogues.list(at, { limit: pageRows, cursor });
      for (const { name, system, label, version } of page.items) {
        if (name !== undefined && version !== undefined) known.set(name, { system, name, label, version });
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    return known;
  }
}

/** Overlays change no roles, rows or types: what one is read for may have others on. */
function baseOf(catalogues: ReadonlyMap<string, Catalogue>, system: string): Catalogue {
  const found = catalogues.get(system);
  if (found !== undefined) return found;
  throw new RequestError('unprocessable', 'unknown-system', `There is no role system ${system}.`, {
    fields: [{ pointer: '/system', detail: `is none of ${[...catalogues.keys()].join(', ')}` }],
  });
}

function pointerTo({ system, name, version }: Known): ActiveOverlay {
  return { system, name, ...(version === undefined ? {} : { version }) };
}

function isActive({ overlays = [] }: DistrictFacts, name: string): boolean {
  return overlays.some((one) => one.name === name);
}

function viewOf({ version, ...rest }: Known, active: boolean): OverlayView {
  return {
    ...rest,
    active,
    origin: version === undefined ? 'catalogue' : 'own',
    ...(version === undefined ? {} : { version }),
  };
}

function unknownOverlay(name: string): RequestError {
  return new RequestError('not-found', 'unknown-overlay', `There is no overlay ${name}.`);
}

function taken(name: string, system: string): RequestError {
  const message = `There is an overlay ${name} of ${system}: take another name.`;
  return new RequestError('conflict', 'overlay-name-taken', message);
}

function refuseLost(name: string): never {
  throw new Error(`The overlay ${name} has been put and is not kept.`);
}
