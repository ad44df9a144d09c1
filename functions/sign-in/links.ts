import { Answer, type Handlers, seeOther } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';
import { startSession } from './start-session.ts';

/** A one-time link in place of a password: for made-up people on one's own machine, whom no mail reaches. */
export function makeLinkHandlers(deps: Deps): Pick<Handlers<'sign-in'>, 'signInByLink'> {
  const { accounts, tickets } = deps;
  return {
    async signInByLink({ params: { token }, now }) {
      const ticket = await tickets.find(token, now);
      if (ticket?.purpose !== 'sign-in' || !(await tickets.use(ticket, now))) return linkEnded();
      const { district } = ticket;
      const account = (await accounts.find(district, ticket.account))?.account;
      if (account === undefined || account.locked || !account.approved) return linkEnded();
      const { cookies } = await startSession(deps, { district, account, by: 'link', now });
      return new Answer<undefined>(undefined, { status: 303, headers: { location: '/' }, cookies });
    },
  };
}

function linkEnded() {
  return seeOther('/sign-in?problem=link-ended');
}
