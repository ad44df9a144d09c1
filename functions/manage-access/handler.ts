import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import { RequestError } from '../../shared/errors.ts';
import { noSuchDistrict } from '../../shared/runtime/decide.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import { withEtag } from '../../shared/runtime/routing.ts';
import { makeAssignmentHandlers } from './assignments.ts';
import type { Deps } from './deps.ts';
import { unknownUser } from './held.ts';
import { makeRequestHandlers } from './requests.ts';
import { makeUserAccess } from './user-access.ts';

export function makeHandler(deps: Deps) {
  const { access, catalogues, decide, idempotency, events, now } = deps;

  return httpHandler<'manage-access'>({
    function: 'manage-access',
    decide,
    idempotency,
    events,
    now,
    handlers: {
      ...makeAssignmentHandlers(deps),
      ...makeRequestHandlers(deps),
      ...makeUserAccess(deps),

      async getSettings({ params }) {
        const facts = await access.district(params.district);
        if (facts === undefined) throw noSuchDistrict();
        return withEtag(facts.settings, facts.revision);
      },

      async putSettings({ params: { district }, body, ifMatch, by, require }) {
        const facts = await access.district(district);
        if (facts === undefined) throw noSuchDistrict();
        for (const name of new Set([...Object.keys(facts.settings), ...Object.keys(body)])) {
          const changeWith = permissionToChange(catalogues, name);
          if (changeWith !== undefined) await require(changeWith, { type: 'setting', id: name });
          else if (Object.hasOwn(body, name)) throw unknownSetting(name);
        }
        if (ifMatch !== undefined && ifMatch !== String(facts.revision)) {
          throw new RequestError(
            'precondition-failed',
            'changed-meanwhile',
            'Somebody changed it meanwhile.',
          );
        }
        const revision = await access.changeHead(district, { settings: body }, facts.revision);
        events.audited({ district, by, action: 'settings-changed', what: body });
        return withEtag(body, revision);
      },

      async putTags({ params: { district, user }, body, by }) {
        const found = await access.person(district, user);
        if (found === undefined) throw noSuchDistrict();
        if (found.person === undefined) throw unknownUser();
        const tags = body.tags.toSorted();
        await access.putTags(district, user, tags);
        events.audited({ district, by, action: 'tags-changed', what: { user } });
        return { tags };
      },

      async listCatalogues() {
        return { items: [...catalogues.values()].map(({ system, title }) => ({ system, title })) };
      },

      async getCatalogue({ params }) {
        const catalogue = catalogues.get(params.system);
        if (catalogue !== undefined) return catalogue;
        throw new RequestError('not-found', 'unknown-system', 'There is no such role system.');
      },
    },
  });
}

/** `<system>:<permission>` of the system that the setting's name begins with. */
function permissionToChange(catalogues: CatalogueSet, name: string): string | undefined {
  const catalogue = catalogues.get(name.slice(0, name.indexOf('.')));
  const setting = catalogue?.settings.find(({ id }) => id === name);
  return setting && `${catalogue?.system}:${setting.changeWith}`;
}

function unknownSetting(name: string): RequestError {
  return new RequestError('malformed', 'invalid-request', 'No role system has such a setting.', {
    fields: [{ pointer: `/${name}`, detail: 'not a setting of any role system' }],
  });
}
