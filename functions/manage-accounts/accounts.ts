import type { DistrictFacts, Person } from '../../shared/access/facts.ts';
import { type Account, loginSystem, profileOf } from '../../shared/accounts/account.ts';
import { refusals } from '../../shared/accounts/associations.ts';
import { RequestError } from '../../shared/errors.ts';
import type { AccountChange, AccountView, NewAccount } from '../../shared/messages/accounts.ts';
import { dayIn, noSuchDistrict } from '../../shared/runtime/decide.ts';
import { type Handlers, withEtag } from '../../shared/runtime/routing.ts';
import { noRoles, type Roles, rolesOf } from '../../shared/store/account-deeds.ts';
import type { KeptAccount } from '../../shared/store/accounts.ts';
import { auditOf, type Deed } from '../../shared/store/deeds.ts';
import type { Deps } from './deps.ts';
import { findAccounts } from './finding.ts';
import { invite } from './invite.ts';
import { newDeeds, oldDeeds, roleIds } from './roles.ts';
import { refuseTakeover } from './takeovers.ts';
import { toldOfAccount } from './told.ts';

type AccountHandlers = Pick<
  Handlers<'manage-accounts'>,
  'createAccount' | 'listAccounts' | 'getAccount' | 'changeAccount' | 'endSessions'
>;

export function makeAccountHandlers(deps: Deps): AccountHandlers {
  const { accounts, access, assignments, catalogues, logins, events } = deps;

  return {
    async createAccount({ params: { district }, body, by, caller, now, newId, allows }) {
      const found = await access.person(district, body.user ?? newId);
      if (found === undefined) throw noSuchDistrict();
      if (body.user !== undefined) await refuseTakeover(deps, allows, { district, id: body.user, asked: [] });
      const account = accountOf(body, found.person, { id: newId, createdAt: now.toISOString() });
      const made = { district, account: newId, wanted: body.roles, by, at: now, newId, caller };
      const deeds = newDeeds(catalogues, noRoles, made);
      const before = { ledgers: [], schools: [] };
      refuse(found.district, now, { account, roles: body.roles, before, held: heldBy(deeds) });
      account.asked = requestsOf(deeds);
      const kept = await accounts.create(district, account, deeds);
      const told = toldOfAccount(newId, undefined, kept.account);
      events.audited({ district, by, action: 'account-created', what: { account: newId }, ...told });
      tellDeeds(district, by, { gives: deeds, takes: [] });
      if (body.invite) await invite(deps, { district, account: newId, by, now });
      return withEtag(viewOf(kept, rolesAfter(noRoles, { gives: deeds, takes: [] })), kept.revision);
    },

    async listAccounts(request) {
      const { district } = request.params;
      if ((await access.district(district)) === undefined) throw noSuchDistrict();
      const page = await findAccounts(accounts, request);
      const ids = page.items.map(({ account }) => account.id);
      const held = await accounts.assignments(district, ids);
      const items = page.items.map((kept) => viewOf(kept, { held: held.get(kept.account.id) ?? [] }));
      return { ...page, items };
    },

    async getAccount({ params: { district, account: id } }) {
      const kept = await accounts.find(district, id);
      if (kept === undefined) throw unknownAccount();
      return withEtag(viewOf(kept, await rolesOf(deps, district, kept.account)), kept.revision);
    },

    async changeAccount({
      params: { district, account: id },
      body,
      by,
      caller,
      now,
      newId,
      ifMatch,
      allows,
    }) {
      const facts = await access.district(district);
      if (facts === undefined) throw noSuchDistrict();
      const before = await accounts.find(district, id);
      if (before === undefined) throw unknownAccount();
      refuseOther(before, ifMatch);
      const roles = await rolesOf(deps, district, before.account);
      const { roles: wanted, ledgers: _, schools: __, ...entry } = body;
      if (Object.keys(entry).length > 0) {
        const asked = roles.asked.map(({ assignment }) => assignment);
        await refuseTakeover(deps, allows, { district, id, asked });
      }
      const change = {
        gives:
          wanted === undefined
            ? []
            : newDeeds(catalogues, roles, { district, account: id, wanted, by, at: now, newId, caller }),
        takes: wanted === undefined ? [] : await oldDeeds(assignments, district, roles, wanted),
      };
      const after = rolesAfter(roles, change);
      const account = { ...changed(before.account, body), asked: requestsOf(after.asked) };
      refuse(facts, now, { account, roles: wanted ?? [], before: before.account, held: after.held });
      const doing = { by, at: now.toISOString() };
      const locks = body.locked !== undefined;
      const kept = await accounts.change(district, before, account, { ...change, doing, locks });
      const fields = Object.keys(body).toSorted().join(' ');
      const told = toldOfAccount(id, before.account, kept.account);
      events.audited({ district, by, action: 'account-changed', what: { account: id, fields }, ...told });
      tellDeeds(district, by, change);
      return withEtag(viewOf(kept, after), kept.revision);
    },

    async endSessions({ params: { district, account: id }, by }) {
      if ((await accounts.find(district, id)) === undefined) throw unknownAccount();
      await logins.endSessions(district, id);
      events.audited({ district, by, action: 'sessions-ended', what: { account: id } });
      return undefined;
    },
  };

  /** @throws {RequestError} unprocessable, with what the rules of the catalogue refuse */
  function refuse(district: DistrictFacts, now: Date, wanted: Parameters<typeof refusals>[2]): void {
    const fields = refusals(catalogues, { district, today: dayIn(district.timeZone, now) }, wanted);
    if (fields.length === 0) return;
    const message = `The rules of ${loginSystem} refuse it: ${fields[0]?.detail}`;
    throw new RequestError('unprocessable', 'refused-by-rule', message, { fields });
  }

  function tellDeeds(district: string, by: string, { gives, takes }: RoleDeeds): void {
    for (const deed of gives) {
      const action = deed.kind === 'request' ? 'role-requested' : 'role-assigned';
      events.audited({ district, by, action, what: auditOf(deed) });
    }
    for (const deed of takes) {
      events.audited({ district, by, action: 'role-taken-away', what: auditOf(deed) });
    }
  }
}

type RoleDeeds = { gives: readonly Deed[]; takes: readonly Deed[] };

function heldBy(deeds: readonly Deed[]) {
  return deeds.filter(({ kind }) => kind === 'assignment').map(({ assignment }) => assignment);
}

function requestsOf(deeds: readonly Deed[]): string[] {
  return deeds.filter(({ kind }) => kind === 'request').map(({ assignment }) => assignment.id);
}

function rolesAfter({ held, asked }: Roles, { gives, takes }: RoleDeeds): Roles {
  const lost = new Set(takes.map(({ assignment }) => assignment.id));
  return {
    held: [...held.filter(({ id }) => !lost.has(id)), ...heldBy(gives)],
    asked: [
      ...asked.filter(({ assignment }) => !lost.has(assignment.id)),
      ...gives.filter(({ kind }) => kind === 'request'),
    ],
  };
}

/** @throws {RequestError} unprocessable where it is for a person whom the roster doesn't have, or for a login */
function accountOf(
  body: NewAccount,
  person: Person | undefined,
  { id, createdAt }: { id: string; createdAt: string },
): Account {
  const { username, email, language, user, webId, ledgers, schools, approved } = body;
  // A login of a person would hand its own roles on.
  if (user !== undefined && (person?.roster === undefined || person.login !== undefined)) {
    throw new RequestError('unprocessable', 'unknown-user', 'The roster has no such person.', {
      fields: [{ pointer: '/user', detail: 'there is no such person' }],
    });
  }
  const derived = user === undefined || person === undefined ? undefined : profileOf(person);
  const profile = body.profile ?? derived;
  return {
    id,
    username,
    email,
    ...(language === undefined ? {} : { language }),
    ...(user === undefined ? {} : { user }),
    approved,
    locked: false,
    ...(webId === undefined ? {} : { webId }),
    ledgers: ledgers.toSorted(),
    schools: schools.toSorted(),
    ...(profile === undefined ? {} : { profile }),
    asked: [],
    createdAt,
  };
}

function changed({ webId, profile, lockedBy, ...account }: Account, body: AccountChange): Account {
  const { roles: _, webId: newWebId, profile: newProfile, ...rest } = body;
  const named = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const [isWebId, isProfile] = [
    newWebId === undefined ? webId : newWebId,
    newProfile === undefined ? profile : newProfile,
  ];
  const lock = body.locked === undefined ? lockedBy : body.locked ? 'administrator' : undefined;
  const after: Account = {
    ...account,
    ...named,
    ...(lock === undefined ? {} : { lockedBy: lock }),
    ...(isWebId == null ? {} : { webId: isWebId }),
    ...(isProfile == null ? {} : { profile: isProfile }),
  };
  return { ...after, ledgers: after.ledgers.toSorted(), schools: after.schools.toSorted() };
}

export function viewOf(
  { account, lastSignInAt }: Pick<KeptAccount, 'account' | 'lastSignInAt'>,
  { held, asked = [] }: Pick<Roles, 'held'> & Partial<Roles>,
): AccountView {
  const requestedRoles = asked.map(({ assignment }) => assignment.role);
  const { asked: _, ...shown } = account;
  return {
    ...shown,
    roles: roleIds(held),
    ...(requestedRoles.length === 0 ? {} : { requestedRoles }),
    ...(lastSignInAt === undefined ? {} : { lastSignInAt }),
  };
}

export function unknownAccount(): RequestError {
  return new RequestError('not-found', 'unknown-account', 'There is no such account in this district.');
}

export function refuseOther({ revision }: KeptAccount, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch === String(revision)) return;
  throw new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.');
}
