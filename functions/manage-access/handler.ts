import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import { makeOurCatalogues } from '../../shared/access/district-catalogues.ts';
import { asJson, asPlain } from '../../shared/audit/line.ts';
import { RequestError } from '../../shared/errors.ts';
import { noSuchDistrict } from '../../shared/runtime/decide.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import { withEtag } from '../../shared/runtime/routing.ts';
import { makeAssignmentHandlers } from './assignments.ts';
import { makeCatalogueHandlers } from './catalogues.ts';
import type { Deps } from './deps.ts';
import { changedMeanwhile, factsOf } from './district-facts.ts';
import { unknownUser } from './held.ts';
import { makeOverlayHandlers } from './overlays.ts';
import { makeRequestHandlers } from './requests.ts';
import { makeUserAccess } from './user-access.ts';

export function makeHandler(deps: Deps) {
  const { access, changes, shipped, cataloguesOf, decide, idempotency, events, now } = deps;
  const ours = makeOurCatalogues(shipped);

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
      ...makeCatalogueHandlers(deps),
      ...makeOverlayHandlers(deps),

      async getSettings({ params }) {
        const facts = await factsOf(access, params.district);
        return withEtag(facts.settings, facts.revision);
      },

      async putSettings({ params: { district }, body, ifMatch, by, require }) {
        const facts = await factsOf(access, district);
        const own = await cataloguesOf(facts);
        const names = new Set([...Object.keys(facts.settings), ...Object.keys(body)]);
        const changed = [...names].filter((name) => facts.settings[name] !== body[name]);
        if (changed.length === 0) await require('hmh:roster.view', { type: 'district', id: district });
        for (const name of changed) {
          const changeWith = permissionToChange(ours(facts), name);
          if (changeWith !== undefined) await require(changeWith, { type: 'setting', id: name });
          else if (permissionToChange(own, name) === undefined && Object.hasOwn(body, name))
            throw unknownSetting(name);
          else await require(changesOwn, { type: 'district', id: district });
        }
        if (ifMatch !== undefined && ifMatch !== String(facts.revision)) {
          throw changedMeanwhile();
        }
        if (changed.length === 0) return withEtag(facts.settings, facts.revision);
        const revision = await changes.changeHead(district, { settings: body }, facts.revision);
        const values = { before: asPlain(facts.settings), after: asPlain(body) };
        events.audited({ district, by, action: 'settings-changed', what: body, ...values });
        return withEtag(body, revision);
      },

      async putTags({ params: { district, user }, body, by }) {
        const found = await access.person(district, user);
        if (found === undefined) throw noSuchDistrict();
        if (found.person === undefined) throw unknownUser();
        const tags = body.tags.toSorted();
        await changes.putTags(district, user, tags);
        const personal = { about: user, before: asJson(found.person.tags ?? []), after: tags };
        events.audited({ district, by, action: 'tags-changed', what: { user }, personal });
        return { tags };
      },
    },
  });
}

/** Settings of catalogues and overlays of the district's own, and what is left of former ones: for whoever may put those. */
const changesOwn = 'hmh:roster.automated_import';

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
