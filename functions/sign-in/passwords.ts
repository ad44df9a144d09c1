import { lookupId } from '../../shared/access/lookup.ts';
import type { Account } from '../../shared/accounts/account.ts';
import { hashPassword } from '../../shared/accounts/password-hash.ts';
import { isShort, passwordLengths, passwordProblem } from '../../shared/accounts/password-policy.ts';
import { RequestError } from '../../shared/errors.ts';
import { Answer, type Handlers } from '../../shared/runtime/routing.ts';
import { checkPassword } from '../../shared/store/check-password.ts';
import type { NewPassword } from '../../shared/store/login-items.ts';
import type { OpenTicket } from '../../shared/store/tickets.ts';
import type { Deps } from './deps.ts';
import { deviceOf } from './devices.ts';
import { ended, signedIn } from './signed-in.ts';
import { startSession } from './start-session.ts';

type PasswordHandlers = Pick<Handlers<'sign-in'>, 'askReset' | 'getLink' | 'setPassword' | 'changePassword'>;

export function makePasswordHandlers(deps: Deps): PasswordHandlers {
  const { accounts, logins, outcomes, tickets, mails, commonPasswords, factors, events } = deps;

  return {
    /** Who it is for is found out where nobody waits: there is nothing here to be told apart. */
    async askReset({ body: { usernameOrEmail: name, district, next }, now }) {
      await mails.send({
        kind: 'reset-asked',
        lookups: { username: lookupId('username', name), email: lookupId('email', name) },
        ...(district === undefined ? {} : { district }),
        ...(next === undefined ? {} : { next }),
        at: now.toISOString(),
      });
      return undefined;
    },

    async getLink({ params: { token }, now }) {
      const { purpose, until, district, account } = await goodLink(token, now);
      const found = await accounts.find(district, account);
      if (found === undefined) throw noGoodLink();
      const { username } = found.account;
      return { purpose, until, district, username, shortest: passwordLengths.alone };
    },

    async setPassword({ params: { token }, body: { password }, now }) {
      const ticket = await goodLink(token, now);
      const { district, account: id } = ticket;
      const found = await accounts.find(district, id);
      if (found === undefined) throw noGoodLink();
      await refuseUnfit(password, found);
      const set = { password: await kept(password), now };
      if (!(await outcomes.resetPassword(ticket, found.account, set))) throw noGoodLink();
      events.audited({
        district,
        by: id,
        action: 'password-reset',
        what: { account: id, by: ticket.purpose },
      });
      await mails.send({ kind: 'password-changed', district, account: id, at: now.toISOString() });
      return undefined;
    },

    async changePassword({ body: { current, password }, caller, cookies, now }) {
      const { district, account: id, session } = signedIn(caller);
      const [found, live] = await Promise.all([
        accounts.find(district, id),
        logins.session(district, id, session, now),
      ]);
      if (found === undefined || live === undefined) throw ended();
      const named = { ...found, id };
      const device = deviceOf(cookies, named);
      const seen = await checkPassword(deps, named, { password: current, device, now });
      if (seen === undefined) throw wrongPassword();
      await refuseUnfit(password, found);
      const trying = { ...named, device, now };
      if (!(await outcomes.changePassword(trying, seen, await kept(password)))) throw changedMeanwhile();
      events.audited({ district, by: id, action: 'password-changed', what: { account: id } });
      const { by, secondFactor, createdAt: signedInAt, device: label } = live;
      const goingOn = { by, secondFactor, signedInAt, device: label, goesOn: true };
      const answer = await startSession(deps, { ...found, ...goingOn, cookies, now });
      await mails.send({ kind: 'password-changed', district, account: id, at: now.toISOString() });
      return new Answer(undefined, { cookies: answer.cookies });
    },
  };

  async function goodLink(
    token: string,
    now: Date,
  ): Promise<OpenTicket & { purpose: 'reset' | 'invitation' }> {
    const ticket = await tickets.find(token, now);
    if (ticket === undefined || ticket.purpose === 'sign-in') throw noGoodLink();
    return { ...ticket, purpose: ticket.purpose };
  }

  /** @throws {RequestError} unprocessable, with what to do */
  async function refuseUnfit(
    password: string,
    { district, account }: { district: string; account: Account },
  ) {
    const { username, email } = account;
    const context = [username, email.slice(0, email.lastIndexOf('@')), district, 'rolebook'];
    const common = await commonPasswords();
    const { totp, passkeys } = await factors.of(district, account.id);
    const hasSecondFactor = totp !== undefined || passkeys > 0;
    const problem = passwordProblem(password, { hasSecondFactor, common, context });
    if (problem === undefined) return;
    const { code, message } = problem;
    const fields = [{ pointer: '/password', detail: message, code }];
    throw new RequestError('unprocessable', 'password-unfit', message, { fields });
  }
}

async function kept(password: string): Promise<NewPassword> {
  return { hash: await hashPassword(password), isShort: isShort(password) };
}

function noGoodLink(): RequestError {
  const message = 'This link was used already, has ended, or was never one of ours: ask for another.';
  return new RequestError('not-found', 'link-not-good', message);
}

function wrongPassword(): RequestError {
  return new RequestError('forbidden', 'wrong-password', 'The current password does not fit.');
}

function changedMeanwhile(): RequestError {
  return new RequestError('conflict', 'changed-meanwhile', 'Somebody changed it meanwhile; try again.');
}
