import { sessionLife } from '../../shared/accounts/session.ts';
import { RequestError } from '../../shared/errors.ts';
import { Answer, type Handlers } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';
import { signedIn } from './signed-in.ts';
import { sessionCookieOf } from './start-session.ts';

/** Where else somebody is signed in. */
export function makeOwnSessionHandlers({
  logins,
  events,
}: Pick<Deps, 'logins' | 'events'>): Pick<Handlers<'sign-in'>, 'listSessions' | 'endOwnSession'> {
  return {
    async listSessions({ caller, now }) {
      const { district, account, session } = signedIn(caller);
      const live = await logins.sessions(district, account, now);
      const items = live.map(({ id, createdAt, seenAt, by, device, secondFactor, limitedTo }) => ({
        id,
        signedInAt: createdAt,
        lastUsedAt: seenAt,
        expiresAt: new Date(Date.parse(createdAt) + sessionLife.longestMs).toISOString(),
        how: by,
        ...(device === undefined ? {} : { device }),
        ...(limitedTo === undefined ? {} : { secondFactor: 'required' as const }),
        ...(limitedTo !== undefined || secondFactor === undefined ? {} : { secondFactor }),
        isCurrent: id === session,
      }));
      return { items };
    },

    async endOwnSession({ params: { session: ends }, caller }) {
      const { district, account, session } = signedIn(caller);
      if (!(await logins.endSession(district, account, ends))) {
        throw new RequestError('not-found', 'unknown-session', 'You have no such session.');
      }
      events.audited({ district, by: account, action: 'signed-out', what: { account } });
      return new Answer(undefined, {
        cookies: ends === session ? [`${sessionCookieOf('')}; Max-Age=0`] : [],
      });
    },
  };
}
