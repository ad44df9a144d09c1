import { type Account, profileOf } from '../../shared/accounts/account.ts';
import type { UnmadeCode } from '../../shared/accounts/account-rules.ts';
import type { NewByRule, ProvisionDeps } from '../../shared/accounts/provision-accounts.ts';
import { RequestError } from '../../shared/errors.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import { deedsOf, rolesOf } from '../../shared/store/account-deeds.ts';
import type { Accounts } from '../../shared/store/accounts.ts';
import type { Assignments } from '../../shared/store/assignments.ts';
import type { DistrictQueue } from '../../shared/store/district-queue.ts';
import type { KeptFacts } from '../../shared/store/kept-facts.ts';
import type { LoginRemains } from '../../shared/store/login-remains.ts';

export type Deps = {
  accounts: Pick<Accounts, 'create' | 'remove' | 'find' | 'ofUser' | 'assignments'>;
  access: Pick<AccessStore, 'person'>;
  assignments: Pick<Assignments, 'find'>;
  facts: Pick<KeptFacts, 'owned'>;
  remains: Pick<LoginRemains, 'removeAll'>;
  mails: Pick<DistrictQueue<MailMessage>, 'send'>;
  events: Pick<Events, 'audited'>;
  now: () => Date;
};

const by = 'account-rules';
const unmade: readonly string[] = [
  'username-taken',
  'email-taken',
  'too-many-accounts',
  'unknown-user',
] satisfies UnmadeCode[];

/** Accounts as rules make and take them: with no roles but those that follow from the roster. */
export function makeAccountsByRule(deps: Deps): ProvisionDeps['accounts'] {
  const { accounts, access, assignments, facts, remains, mails, events, now } = deps;
  return {
    async countOf(district, user) {
      return (await accounts.ofUser(district, user)).length;
    },

    async create(district, wanted) {
      const person = (await access.person(district, wanted.user))?.person;
      if (person?.roster === undefined || person.login !== undefined) return 'unknown-user';
      try {
        const at = now().toISOString();
        await accounts.create(district, accountOf(wanted, { profile: profileOf(person), createdAt: at }), []);
        const what = { account: wanted.id, rule: wanted.rule.name };
        events.audited({ district, by, action: 'account-created', what });
        if (wanted.rule.invite) await mails.send({ kind: 'invitation', district, account: wanted.id, at });
        return undefined;
      } catch (error) {
        if (error instanceof RequestError && unmade.includes(error.code)) return error.code as UnmadeCode;
        throw error;
      }
    },

    async remove(district, id) {
      const kept = await accounts.find(district, id);
      if (kept === undefined) {
        // As after a crash that came between the account's end and theirs.
        await remains.removeAll(district, id);
        return true;
      }
      if ((await facts.owned(district, id)).length > 0) return false;
      const { held, asked } = await rolesOf({ accounts, assignments }, district, kept.account);
      const deeds = [...(await deedsOf(assignments, district, held)), ...asked];
      await accounts.remove(district, kept, { deeds, doing: { by, at: now().toISOString() } });
      await remains.removeAll(district, id);
      events.audited({
        district,
        by,
        action: 'account-removed',
        what: { account: id, dats: 'none', count: 0 },
      });
      return true;
    },
  };
}

function accountOf(
  { id, user, username, email, rule }: NewByRule,
  more: Pick<Account, 'profile' | 'createdAt'>,
): Account {
  const { approved, name } = rule;
  const nothing = { locked: false, ledgers: [], schools: [], asked: [] };
  return { id, username, email, user, approved, rule: name, ...nothing, ...more };
}
