import { type Identity, identityKey } from '../../shared/roster/identities.ts';
import {
  type IdentityDeps,
  identitiesSaid,
  sayIdentity,
  unsayIdentity,
} from '../../shared/roster/identity-desk.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import { walk } from '../../shared/store/cursors.ts';

type Deps = { identities: IdentityDeps; events: Pick<Events, 'audited'> };

/** What people say of ids of feeds. Roles follow from it, so it is for whoever may import. */
export function makeIdentityHandlers({
  identities,
  events,
}: Deps): Pick<Handlers<'manage-syncs'>, 'listIdentities' | 'putIdentity' | 'deleteIdentity'> {
  return {
    async listIdentities({ params: { district }, query: { entity, feed, ...paging } }) {
      const wanted = (await identitiesSaid(identities, district))
        .filter((one) => (entity ?? one.entity) === one.entity && (feed ?? one.feed) === one.feed)
        .map((item) => ({ sk: identityKey(item), item }));
      return walk<Identity>(['identities'], paging, async ({ after, limit }) => {
        const rest = wanted.filter(({ sk }) => after === undefined || sk > after);
        return { items: rest.slice(0, limit), more: rest.length > limit };
      });
    },

    async putIdentity({ params, body, by }) {
      const said = await sayIdentity(identities, { ...params, ...body, by });
      const { entity, feed, id, is } = said;
      events.audited({
        district: params.district,
        by,
        action: 'identity-said',
        what: { entity, feed, id, is },
      });
      return said;
    },

    async deleteIdentity({ params, by }) {
      await unsayIdentity(identities, params);
      const { district, ...what } = params;
      events.audited({ district, by, action: 'identity-unsaid', what });
      return undefined;
    },
  };
}
