import type { Catalogue } from '../../shared/access/catalogue.ts';
import { changedPrivileges, versionOf } from '../../shared/access/district-catalogues.ts';
import type { DistrictFacts } from '../../shared/access/facts.ts';
import { parseCatalogue } from '../../shared/access/parse-catalogue.ts';
import { parseOverlay } from '../../shared/access/parse-overlay.ts';
import { RequestError } from '../../shared/errors.ts';
import type { CatalogueState } from '../../shared/messages/catalogues.ts';
import { type Handlers, withEtag } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';
import { changedMeanwhile, factsOf } from './district-facts.ts';

type CatalogueHandlers = Pick<
  Handlers<'manage-access'>,
  | 'listCatalogues'
  | 'getCatalogue'
  | 'listDistrictCatalogues'
  | 'getDistrictCatalogue'
  | 'putDistrictCatalogue'
  | 'deleteDistrictCatalogue'
  | 'listCatalogueVersions'
>;

export function makeCatalogueHandlers(deps: Deps): CatalogueHandlers {
  const { access, shipped, cataloguesOf, documents, districtCatalogues, events } = deps;

  return {
    async listCatalogues() {
      const items = [...shipped.values()].map((one) => ({
        system: one.system,
        title: one.title,
        version: versionOf(one),
      }));
      return { items };
    },

    async getCatalogue({ params }) {
      return shipped.get(params.system) ?? refuseUnknown();
    },

    async listDistrictCatalogues({ params: { district } }) {
      const facts = await factsOf(access, district);
      const all = await cataloguesOf(facts);
      return { items: [...all.values()].map((one) => stateOf(one, facts)) };
    },

    async getDistrictCatalogue({ params: { district, system }, query }) {
      const facts = await factsOf(access, district);
      if (query.version !== undefined) {
        const once = await documents.catalogue(district, query.version);
        return once?.system === system ? withEtag(once, query.version) : refuseUnknown();
      }
      const found = (await cataloguesOf(facts)).get(system) ?? refuseUnknown();
      return withEtag(found, versionOf(found));
    },

    async putDistrictCatalogue({ params: { district, system }, body, by, now, ifMatch }) {
      const facts = await factsOf(access, district);
      const before = (await cataloguesOf(facts)).get(system);
      if (ifMatch !== undefined && (before === undefined || ifMatch !== versionOf(before)))
        throw changedMeanwhile();
      const own = parseCatalogue(body, `${system} of ${district}`);
      refuseOtherSystem(own, system);
      refuseChangedPrivileges(own);
      await refuseUnfitOverlays(facts, own);
      const version = await documents.put(district, own);
      if (facts.catalogues?.[system] === version) return answerWith(facts, own, []);
      const catalogues = { ...facts.catalogues, [system]: version };
      const row = { system, version, label: own.title, by, at: now.toISOString() };
      const head = { parts: { catalogues }, revision: facts.revision };
      const revision = await districtCatalogues.change(district, head, { kind: 'catalogue', row });
      events.audited({ district, by, action: 'catalogue-changed', what: { system, version } });
      return answerWith({ ...facts, catalogues, revision }, own, await warningsOf(facts, before, own));
    },

    async deleteDistrictCatalogue({ params: { district, system }, by, now, ifMatch }) {
      const facts = await factsOf(access, district);
      const { [system]: version, ...catalogues } = facts.catalogues ?? {};
      if (version === undefined) return refuseUnknown();
      const before = (await cataloguesOf(facts)).get(system);
      if (ifMatch !== undefined && (before === undefined || ifMatch !== versionOf(before)))
        throw changedMeanwhile();
      await refuseUnfitOverlays(facts, shipped.get(system), system);
      const row = { system, label: before?.title ?? system, by, at: now.toISOString() };
      const head = { parts: { catalogues }, revision: facts.revision };
      await districtCatalogues.change(district, head, { kind: 'catalogue', row });
      events.audited({ district, by, action: 'catalogue-changed', what: { system, version: 'none' } });
      return undefined;
    },

    async listCatalogueVersions({ params: { district, system }, query }) {
      return districtCatalogues.list({ district, kind: 'catalogue', name: system }, query);
    },
  };

  async function answerWith(facts: DistrictFacts, own: Catalogue, warnings: string[]) {
    const effective = (await cataloguesOf(facts)).get(own.system) ?? own;
    return withEtag({ ...stateOf(effective, facts), warnings }, versionOf(effective));
  }

  function stateOf(catalogue: Catalogue, facts: DistrictFacts): CatalogueState {
    const { system, title } = catalogue;
    const own = facts.catalogues?.[system];
    const active = (facts.overlays ?? []).filter((one) => one.system === system);
    return {
      system,
      title,
      version: own ?? versionOf(shipped.get(system) ?? catalogue),
      origin: own === undefined ? 'shipped' : 'own',
      overlays: active.map(({ name }) => name),
    };
  }

  /** What is switched on has to fit what it will stand on. */
  async function refuseUnfitOverlays(
    facts: DistrictFacts,
    next: Catalogue | undefined,
    system = next?.system,
  ): Promise<void> {
    for (const active of (facts.overlays ?? []).filter((one) => one.system === system)) {
      const overlay =
        active.version === undefined
          ? next?.overlays.find(({ name }) => name === active.name)
          : await documents.overlay(facts.id, active.version);
      if (next === undefined || overlay === undefined) throw unfitOverlay(active.name);
      if (active.version === undefined) continue;
      const { name, ...body } = overlay;
      parseOverlay(body, name, next);
    }
  }

  function refuseChangedPrivileges(own: Catalogue): void {
    const replaced = shipped.get(own.system);
    const [changed] = replaced === undefined ? [] : changedPrivileges(replaced, own);
    if (changed === undefined) return;
    const what = changed.privileged ? 'privileged role' : 'role with seats,';
    const message = `The ${what} ${changed.id} of ${own.system} has to stay as it is shipped.`;
    throw new RequestError('unprocessable', 'privileged-role-changed', message, {
      fields: [
        { pointer: '/roles', detail: `take ${changed.id} from GET /v1/catalogues/${own.system} unchanged` },
      ],
    });
  }

  /** Roles that people hold and that are no more: they grant nothing. */
  async function warningsOf(
    facts: DistrictFacts,
    before: Catalogue | undefined,
    after: Catalogue,
  ): Promise<string[]> {
    const kept = new Set(after.roles.map(({ id }) => id));
    const dropped = (before?.roles ?? []).filter(({ id }) => !kept.has(id));
    const told = await Promise.all(
      dropped.map(async ({ id: role }) => {
        const at = { district: facts.id, committed: facts.committed };
        const wanted = { roles: [{ system: after.system, role }], kind: 'assignment' as const };
        const { items, cursor } = await deps.holders.list(at, wanted, { limit: mostCounted });
        const count = new Set(items.map(({ userId }) => userId)).size;
        const people = `${cursor === undefined ? '' : 'at least '}${count} ${count === 1 ? 'person holds' : 'people hold'}`;
        return count === 0 ? [] : [`${people} ${role}, which is no more: it grants nothing.`];
      }),
    );
    return told.flat();
  }
}

/** Holders of a dropped role that an answer counts. */
const mostCounted = 1000;

function refuseOtherSystem(own: Catalogue, system: string): void {
  if (own.system === system) return;
  throw new RequestError('unprocessable', 'other-system', `The catalogue is of ${own.system}.`, {
    fields: [{ pointer: '/system', detail: `must be ${system}, as in the path` }],
  });
}

function unfitOverlay(name: string): RequestError {
  const message = `The overlay ${name} is switched on, and is none of this catalogue: switch it off first.`;
  return new RequestError('conflict', 'overlay-active', message);
}

function refuseUnknown(): never {
  throw new RequestError('not-found', 'unknown-system', 'There is no such role system.');
}
