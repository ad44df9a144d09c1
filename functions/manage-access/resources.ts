import type * as z from 'zod';
import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import { RequestError } from '../../shared/errors.ts';
import type { OwnResourceBody, OwnResourceView } from '../../shared/messages/catalogues.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import type { StoredOwnResource } from '../../shared/store/access-items.ts';
import type { Deps } from './deps.ts';
import { factsOf } from './district-facts.ts';

type ResourceHandlers = Pick<Handlers<'manage-access'>, 'putResource' | 'getResource' | 'deleteResource'>;

/** Facts of resources of catalogues' own types, and of users. */
export function makeResourceHandlers(deps: Deps): ResourceHandlers {
  const { access, cataloguesOf, ownFacts, events } = deps;

  return {
    async putResource({ params: { district, ...named }, body, by }) {
      refuseUnfit(await cataloguesOf(await factsOf(access, district)), named.type, body);
      const facts = factsIn(body);
      await ownFacts.put(district, named, facts);
      events.audited({ district, by, action: 'resource-changed', what: named });
      return viewOf(named, facts);
    },

    async getResource({ params: { district, ...named } }) {
      const facts = await ownFacts.find(district, named);
      if (facts === undefined) throw nothingKept(named);
      return viewOf(named, facts);
    },

    async deleteResource({ params: { district, ...named }, by }) {
      if ((await ownFacts.find(district, named)) === undefined) throw nothingKept(named);
      await ownFacts.remove(district, named);
      events.audited({ district, by, action: 'resource-changed', what: { ...named, kept: false } });
      return undefined;
    },
  };
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

function viewOf(
  { type, id }: { type: string; id: string },
  facts: StoredOwnResource,
): z.input<typeof OwnResourceView> {
  const properties = Object.fromEntries(
    Object.entries(facts.properties).map(([name, value]) => [
      name,
      typeof value === 'object' ? [...value] : value,
    ]),
  );
  return { type, id, ...facts, properties };
}

function nothingKept({ type, id }: { type: string; id: string }): RequestError {
  return new RequestError('not-found', 'unknown-resource', `Nothing is kept of ${type} ${id}.`);
}
