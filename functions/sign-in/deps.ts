import type { Events } from '../../shared/runtime/events.ts';
import type { Logins } from '../../shared/store/logins.ts';
import type { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import type { Tickets } from '../../shared/store/tickets.ts';

export type Deps = {
  accounts: Pick<SignInAccounts, 'named' | 'find'>;
  logins: Pick<Logins, 'find' | 'startSession' | 'session' | 'endSession'>;
  tickets: Pick<Tickets, 'find' | 'use'>;
  events: Events;
  now: () => Date;
};
