import { RequestError } from '../../shared/errors.ts';
import { Answer, type Handlers, seeOther } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';
import { startSession } from './start-session.ts';

/** A one-time link in place of a password: for made-up people on one's own machine, whom no mail reaches. */
export function makeLinkHandlers(deps: Deps): Pick<Handlers<'sign-in'>, 'signInByLink'> {
  const { accounts, tickets, makesLinks } = deps;
  return {
    async signInByLink({ params: { token }, cookies: brought, now }) {
      if (!makesLinks) throw new RequestError('not-found', 'no-such-route', 'There is nothing here.');
      const ticket = await tickets.find(token, now);
      if (ticket?.purpose !== 'sign-in' || !(await tickets.use(ticket, now))) return linkEnded();
      const found = await accounts.find(ticket.district, ticket.account);
      if (found === undefined) return linkEnded();
      try {
        const { cookies } = await startSession(deps, { ...found, by: 'link', cookies: brought, now });
        return new Answer<undefined>(undefined, { status: 303, headers: { location: '/' }, cookies });
      } catch (error) {
        if (error instanceof RequestError) return linkEnded(); // locked, or not approved any more
        throw error;
      }
    },
  };
}

function linkEnded() {
  return seeOther('/sign-in?problem=link-ended');
}
