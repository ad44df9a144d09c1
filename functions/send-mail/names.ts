import type { AccessStore } from '../../shared/store/access-store.ts';
import type { RosterStore } from '../../shared/store/roster-store.ts';
import type { NoticeDeps } from './notice-deps.ts';

type Deps = { access: Pick<AccessStore, 'district'>; roster: Pick<RosterStore, 'find'> };

/** What the committed roster calls an org or a user. */
export function makeNameOf({ access, roster }: Deps): NoticeDeps['nameOf'] {
  return async (district, entity, id) => {
    const committed = (await access.district(district))?.committed;
    if (committed === undefined) return undefined;
    const at = { district, committed };
    if (entity === 'orgs') return (await roster.find(at, entity, id))?.name;
    const user = await roster.find(at, entity, id);
    return user === undefined ? undefined : `${user.givenName} ${user.familyName}`;
  };
}
