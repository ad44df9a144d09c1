import type * as z from 'zod';
import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import { RequestError } from '../../shared/errors.ts';
import { OwnResourceBody, type OwnResourceView } from '../../shared/messages/catalogues.ts';
import { noSuchDistrict } from '../../shared/runtime/decide.ts';
import { validate } from '../../shared/runtime/validation.ts';
import type { StoredOwnResource } from '../../shared/store/access-items.ts';
import type { Deps } from './deps.ts';

type Named = { type: string; id: string };

/** Facts of resources of catalogues' own types, and of users. */
export function makeOwnResources({
  access,
  cataloguesOf,
  ownFacts,
  events,
}: Pick<Deps, 'access' | 'cataloguesOf' | 'ownFacts' | 'events'>) {
  return { put, get, remove };

  async function put(district: string, named: Named, { body, by }: { body: unknown; by: string }) {
    const facts = await access.district(district);
    if (facts === undefined) throw noSuchDistrict();
    const wanted = validate(OwnResourceBody, body, 'body');
    refuseUnfit(await cataloguesOf(facts), named.type, wanted);
    const kept = factsIn(wanted);
    await ownFacts.put(district, named, kept);
    events.audited({ district, by, action: 'fact-changed', what: named });
    return viewOf(named, kept);
  }

  async function get(district: string, named: Named) {
    const facts = await ownFacts.find(district, named);
    if (facts === undefined) throw nothingKept(named);
    return viewOf(named, facts);
  }

  async function remove(district: string, named: Named, by: string): Promise<undefined> {
    if ((await ownFacts.find(district, named)) === undefined) throw nothingKept(named);
    await ownFacts.remove(district, named);
    events.audited({ district, by, action: 'fact-removed', what: named });
    return undefined;
  }
}

/**
 * A catalogue of the district declares the type, or it is a user, who lies where the roster and assignments say.
 * @throws {RequestError} unprocessable
 */
function refuseUnfit(catalogues: CatalogueSet, type: string, body: OwnResourceBody): void {
  if (type === 'user') {
    const placed = (['school', 'account', 'class'] as const).filter((at) => body[at] !== undefined);
    if (placed.length === 0) return;
    throw new RequestError('unprocessable', 'users-lie-elsewhere', 'Where a user lies is not kept here.', {
      fields: placed.map((at) => ({ pointer: `/${at}`, detail: 'follows from the roster and assignments' })),
    });
  }
  const own = [...catalogues.values()].flatMap(({ resourceTypes = [] }) => resourceTypes);
  if (own.some((one) => one.type === type)) return;
  const known = ['user', ...new Set(own.map((one) => one.type))].join(', ');
  const message = `No catalogue of the district has a resource type ${type} of its own.`;
  throw new RequestError('unprocessable', 'unknown-resource-type', message, {
    fields: [{ pointer: '/path/type', detail: `facts are kept of ${known}` }],
  });
}

function factsIn({ properties, school, account, class: classId }: OwnResourceBody): StoredOwnResource {
  return {
    properties,
    ...(school === undefined ? {} : { school }),
    ...(account === undefined ? {} : { account }),
    ...(classId === undefined ? {} : { class: classId }),
  };
}

function viewOf({ type, id }: Named, facts: StoredOwnResource): z.input<typeof OwnResourceView> {
  const properties = Object.fromEntries(
    Object.entries(facts.properties).map(([name, value]) => [
      name,
      typeof value === 'object' ? [...value] : value,
    ]),
  );
  return { type, id, ...facts, properties };
}

function nothingKept({ type, id }: Named): RequestError {
  return new RequestError('not-found', 'unknown-resource', `Nothing is kept of ${type} ${id}.`);
}
