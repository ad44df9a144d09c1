import type { AccessStore } from './access-store.ts';
import type { RosterStore } from './roster-store.ts';

/** What the committed roster calls an org or a user. */
export type NameOf = (district: string, entity: 'orgs' | 'users', id: string) => Promise<string | undefined>;

type Deps = { access: Pick<AccessStore, 'district'>; roster: Pick<RosterStore, 'find'> };

export function makeNameOf({ access, roster }: Deps): NameOf {
  return async (district, entity, id) => {
    const committed = (await access.district(district))?.committed;
    if (committed === undefined) return undefined;
    const at = { district, committed };
    if (entity === 'orgs') return (await roster.find(at, entity, id))?.name;
    const user = await roster.find(at, entity, id);
    return user === undefined ? undefined : `${user.givenName} ${user.familyName}`;
  };
}
