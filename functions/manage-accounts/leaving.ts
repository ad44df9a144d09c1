import { type Account, loginSystem, type Profile } from '../../shared/accounts/account.ts';
import {
  householdOf,
  isPlainHousehold,
  isStaffUser,
  parentRoles,
  plainUser,
} from '../../shared/accounts/leaving.ts';
import { RequestError } from '../../shared/errors.ts';
import { type Handlers, withEtag } from '../../shared/runtime/routing.ts';
import { noRoles, type Roles, rolesOf } from '../../shared/store/account-deeds.ts';
import type { KeptAccount } from '../../shared/store/accounts.ts';
import { unknownAccount, viewOf } from './accounts.ts';
import type { Deps } from './deps.ts';
import { makeRemoving } from './removal.ts';
import { roleIds } from './roles.ts';
import { refuseTakeover } from './takeovers.ts';

type LeavingHandlers = Pick<Handlers<'manage-accounts'>, 'previewLeaving' | 'leaveStaff'>;
/** `there`: a plain user of the household that the person has already. */
type Parent = { household: Profile; roles: string[]; there: KeptAccount | undefined };

/** A member of the staff leaves the school: their user goes, and what they are as a parent stays (003:25, decision 0032). */
export function makeLeavingHandlers(deps: Deps): LeavingHandlers {
  const { accounts, access, catalogues, facts, events } = deps;
  const removing = makeRemoving(deps);

  return {
    async previewLeaving({ params: { district, account: id } }) {
      const kept = await accounts.find(district, id);
      if (kept === undefined) throw unknownAccount();
      const roles = await staffRoles(district, kept);
      const parent = await parentOf(district, kept);
      const { ledgers, schools } = kept.account;
      const named = parent?.there?.account ?? kept.account;
      const view = {
        account: id,
        dats: await facts.owned(district, id),
        ledgers,
        schools,
        roles: roleIds(roles.held),
        assignments: roles.held
          .filter(({ system }) => system !== loginSystem)
          .map(({ system, role }) => ({ system, role })),
        parentRoles: parent?.roles ?? [],
        ...(parent === undefined
          ? {}
          : {
              remains: {
                ...(parent.there === undefined ? {} : { account: parent.there.account.id }),
                username: named.username,
                email: named.email,
                profile: parent.household,
              },
            }),
      };
      return withEtag(view, kept.revision);
    },

    async leaveStaff({ params: { district, account: id }, body, by, now, newId, ifMatch, allows }) {
      // The same request again, after a crash that came between the deed and its answer.
      const made = await accounts.find(district, newId);
      if (made !== undefined) return { removed: id, remains: viewOf(made, noRoles) };
      // By another address somebody else would sign in.
      if (body.username !== undefined || body.email !== undefined)
        await refuseTakeover(deps, allows, { district, id, asked: [] });
      return removing.whole({ district, id, ifMatch }, async (kept) => {
        const roles = await staffRoles(district, kept);
        const parent = await parentOf(district, kept);
        const { username, email } = body;
        const successor =
          parent === undefined || parent.there !== undefined
            ? undefined
            : plainUser(kept.account, parent.household, {
                id: newId,
                createdAt: now.toISOString(),
                username,
                email,
              });
        const dats = await removing.settle(district, id, body);
        await removing.remove(district, kept, { doing: { by, at: now.toISOString() }, roles, successor });
        const remains = successor === undefined ? parent?.there : { account: successor };
        const what = { account: id, dats: body.dats ?? 'none', count: dats.length };
        const rest = remains === undefined ? {} : { remains: remains.account.id };
        events.audited({ district, by, action: 'staff-left', what: { ...what, ...rest } });
        return { removed: id, ...(remains === undefined ? {} : { remains: viewOf(remains, noRoles) }) };
      });
    },
  };

  /** @throws {RequestError} conflict where it is no staff user */
  async function staffRoles(district: string, { account }: KeptAccount): Promise<Roles> {
    const roles = await rolesOf(deps, district, account);
    if (isStaffUser({ ...account, roles: roleIds(roles.held) })) return roles;
    throw new RequestError('conflict', 'no-staff-user', 'This user has nothing of the staff that could end.');
  }

  async function parentOf(district: string, { account }: KeptAccount): Promise<Parent | undefined> {
    const household = householdOf(account);
    if (household === undefined) return undefined;
    const there = await plainOf(district, account);
    const of = there?.account.profile ?? household;
    const supposed = await access.supposed(district, of);
    if (supposed === undefined) return undefined;
    const roles = parentRoles(catalogues, supposed.login, supposed.district);
    return roles.length === 0 ? undefined : { household: of, roles, there };
  }

  /** Tied to the same person: another user of the household may be somebody else's. */
  async function plainOf(district: string, { id, user }: Account): Promise<KeptAccount | undefined> {
    if (user === undefined) return undefined;
    const others = (await accounts.ofUser(district, user)).filter(({ account }) => account.id !== id);
    const held = await accounts.assignments(
      district,
      others.map(({ account }) => account.id),
    );
    return others.find(({ account }) =>
      isPlainHousehold({ ...account, roles: roleIds(held.get(account.id) ?? []) }),
    );
  }
}
