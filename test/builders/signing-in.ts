import { ulid } from 'ulid';
import { makeHandler as makeAuthorize } from '../../functions/authorize/handler.ts';
import { makeHandler } from '../../functions/sign-in/handler.ts';
import type { Assignment } from '../../shared/access/facts.ts';
import type { Account } from '../../shared/accounts/account.ts';
import { hashPassword } from '../../shared/accounts/password-hash.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { Logins } from '../../shared/store/logins.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { aPerson } from './access-facts.ts';
import { startDynamo, testTables } from './dynamo.ts';
import { bodyOf, context, districtClient, httpEvent, recordingEvents } from './http-event.ts';
import { signInDeps } from './sign-in.ts';
import { storeDistrict } from './stored-district.ts';

type Name = Parameters<typeof httpEvent>[0];
type Asked = Omit<NonNullable<Parameters<typeof httpEvent>[1]>, 'as'>;
type Answered = { status: number; body: Record<string, unknown>; cookies: string[] };

export const password = 'a password of some length';

/** The function that signs people in and the authorizer, over an engine of their own, at a time that the test sets. */
export async function startSigningIn() {
  const { dynamo, stop } = await startDynamo();
  const hash = await hashPassword(password);
  const clock = { at: Date.parse('2026-11-21T12:00:00Z') };
  const now = () => new Date(clock.at);
  const events = recordingEvents();
  const _access = new AccessStore(dynamo, testTables.access);
  const logins = new Logins(dynamo, testTables.logins);
  const accounts = new Accounts(dynamo, testTables);
  const mails: MailMessage[] = [];
  const send = async (message: MailMessage) => void mails.push(message);
  const handler = makeHandler({ ...signInDeps(dynamo, now), logins, mails: { send }, events });
  const authorize = makeAuthorize({
    algorithm: 'ES256',
    verifyingKeys: async () => ({}),
    findClient: async () => undefined,
    rate: { perSecond: 1_000, atOnce: 1_000 },
    findSession: (district, account, id, at) => logins.session(district, account, id, at),
    now,
  });

  async function ask(name: Name, asked: Asked, as: Record<string, string>, cookies: string[]) {
    const answer = await handler({ ...httpEvent(name, { ...asked, as }), cookies }, context);
    return {
      status: answer.statusCode ?? 0,
      body: answer.body === '' ? {} : bodyOf(answer),
      cookies: answer.cookies ?? [],
    };
  }

  return {
    clock,
    events,
    logins,
    /** That were asked for, of all districts. */
    mails,
    stop,

    /** As an integration of the district. */
    machine: (district: string, name: Name, asked: Asked = {}): Promise<Answered> =>
      ask(name, { ...asked, params: { district, ...asked.params } }, districtClient(district), []),

    /** One that keeps the cookies which it gets. */
    browser() {
      const jar = new Map<string, string>();
      const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`);
      return {
        jar,
        async ask(name: Name, asked: Asked = {}): Promise<Answered> {
          const { method } = httpEvent(name).requestContext.http;
          const event = { headers: {}, cookies: cookies(), requestContext: { http: { method } } };
          const who = (await authorize(event)).context;
          const as = Object.fromEntries(
            Object.entries(who).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
          );
          const answer = await ask(name, asked, as, cookies());
          for (const cookie of answer.cookies) {
            const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
            jar.set(key, value);
          }
          return answer;
        },
      };
    },

    async district(id: string, manual: Assignment[] = []): Promise<void> {
      const made = { id, name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: now().toISOString() };
      await new Tenants(dynamo, testTables).createDistrict(made);
      await storeDistrict(dynamo, id, { people: [aPerson('u-1', {}, manual)] });
    },

    /** Approved, with the password. */
    async account(district: string, more: Partial<Account> = {}): Promise<Account> {
      const id = ulid();
      const account: Account = {
        ...{ id, username: `ada-${id}`, email: `${id}@example.org`, approved: true, locked: false },
        ...{ ledgers: [], schools: [], asked: [], createdAt: now().toISOString() },
        ...more,
      };
      await accounts.create(district, account, []);
      await logins.setPassword(district, id, hash);
      return account;
    },

    /** As an administrator would. */
    async change(district: string, id: string, change: Partial<Account>): Promise<void> {
      const before = await accounts.find(district, id);
      if (before === undefined) throw new Error('There is no such account.');
      const doing = { by: 'test', at: now().toISOString() };
      const none = { gives: [], takes: [], doing };
      await accounts.change(district, before, { ...before.account, ...change }, none);
    },
  };
}
