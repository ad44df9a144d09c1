import type { SendEmailCommand, SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { expect, test } from 'vitest';
import type { Account } from '../../shared/accounts/account.ts';
import type { SftpServer } from '../../shared/accounts/sftp-names.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import { makeMailer } from '../../shared/runtime/mailer.ts';
import type { Ticket } from '../../shared/store/tickets.ts';
import { context, recordingEvents } from '../../test/builders/http-event.ts';
import { sqsEvent } from '../../test/builders/sqs-event.ts';
import { makeHandler } from './handler.ts';

const at = '2026-11-22T10:00:00.000Z';
const ada: Account = {
  id: 'a-1',
  username: 'ada',
  email: 'ada@north.test',
  approved: false,
  locked: true,
  ledgers: [],
  schools: [],
  asked: [],
  createdAt: at,
};
const lookups = { username: 'username:1', email: 'email:1' };
const reset: MailMessage = { kind: 'reset-asked', lookups, at };
const invitation: MailMessage = { kind: 'invitation', district: 'north', account: 'a-1', at };

/** A district with one account, and a mail system that answers as the queue of `answers` says. */
function world({
  account = ada,
  movesTo = '',
  answers = [] as ('ok' | Error)[],
  now = at,
  sftp = undefined as SftpServer | undefined,
} = {}) {
  const mails: SendEmailCommandInput[] = [];
  const tickets: Ticket[] = [];
  const records = new Set<string>();
  const events = recordingEvents();
  const turns = new Map<string, { mail: string; until: Date }>();
  let [crashes, clock, reader] = [false, now, account];
  const ses = {
    async send({ input }: SendEmailCommand) {
      const answer = answers.shift() ?? 'ok';
      if (answer !== 'ok') throw answer;
      mails.push(input);
      return { MessageId: `ses-${mails.length}`, $metadata: {} };
    },
  };
  const handler = makeHandler({
    accounts: {
      placesOf: async (asked) => Object.values(asked).map((lookup) => ({ district: 'north', lookup })),
      byLookup: async (district, lookup) => (lookup === lookups.username ? { district, account } : undefined),
      find: async (district, id) => (id === account.id ? { district, account: reader } : undefined),
    },
    tenants: {
      findDistrict: async (id) => ({
        id,
        name: 'North',
        timeZone: 'UTC',
        schoolYear: 2027,
        createdAt: at,
      }),
    },
    sftpOf: async () => sftp,
    tickets: {
      open: async (ticket) => {
        if (!tickets.some(({ id }) => id === ticket.id)) tickets.push(ticket);
        if (movesTo !== '') reader = { ...account, email: movesTo };
      },
      link: async (district, id) => `${district}.${id}.secret`,
    },
    sent: {
      has: async (_, id) => records.has(id),
      takeTurn: async (_, { turn, mail, at: asked, until }) => {
        const before = turns.get(turn);
        if (before !== undefined && before.mail !== mail && before.until > asked) return false;
        turns.set(turn, { mail, until });
        return true;
      },
      record: async (_, { id }) => {
        if (crashes) throw new Error('crashed');
        records.add(id);
      },
    },
    mailer: makeMailer(ses, { from: 'rolebook@north.test', settings: 'rolebook-test' }),
    events,
    notices: { event: async () => {}, digest: async () => {} },
    origin: 'https://rolebook.test',
    now: () => new Date(clock),
  });
  return {
    mails,
    tickets,
    told: events.told,
    crash: (on: boolean) => {
      crashes = on;
    },
    passTo: (instant: string) => {
      clock = instant;
    },
    deliver: (message: unknown) => handler(sqsEvent(message), context),
  };
}

const named = (name: string, message = name) => Object.assign(new Error(message), { name });
const done = { batchItemFailures: [] };
const again = { batchItemFailures: [{ itemIdentifier: 'm-1' }] };

test('a reset is mailed to the account’s own address, whether it is approved or not', async () => {
  const { deliver, mails, tickets, told } = world();
  expect(await deliver(reset)).toEqual(done);
  const [mail] = mails;
  expect(mail?.Destination?.ToAddresses).toEqual(['ada@north.test']);
  expect(mail?.Content?.Raw).toBeUndefined();
  expect(mail?.Content?.Simple?.Headers).toEqual([{ Name: 'Auto-Submitted', Value: 'auto-generated' }]);
  const [ticket] = tickets;
  expect(ticket).toMatchObject({ account: 'a-1', purpose: 'reset', until: '2026-11-22T11:00:00.000Z' });
  expect(mail?.Content?.Simple?.Body?.Text?.Data).toContain(
    `https://rolebook.test/password/north.${ticket?.id}.secret`,
  );
  expect(told.mails).toEqual(['sent reset-asked a-1']);
});

test('the link of a reset leads on to where somebody was on their way to', async () => {
  const { deliver, mails, tickets } = world();
  await deliver({ ...reset, next: '/reports' });
  expect(mails[0]?.Content?.Simple?.Body?.Text?.Data).toContain(
    `https://rolebook.test/password/north.${tickets[0]?.id}.secret?next=%2Freports`,
  );
});

test('an invitation is good for seven days, in the language of the account', async () => {
  const { deliver, mails, tickets } = world({ account: { ...ada, language: 'es' } });
  await deliver(invitation);
  expect(tickets).toMatchObject([{ purpose: 'invitation', until: '2026-11-29T10:00:00.000Z' }]);
  expect(mails[0]?.Content?.Simple?.Subject?.Data).toBe('North: elija una contraseña para su cuenta');
});

test.each(['locked', 'password-changed', 'password-lapsed'] as const)(
  '%s is told without a secret',
  async (kind) => {
    const { deliver, mails, tickets } = world();
    await deliver({ ...invitation, kind });
    expect(tickets).toEqual([]);
    expect(mails[0]?.Content?.Simple?.Body?.Text?.Data).toContain(
      'https://rolebook.test/forgot-password?district=north',
    );
  },
);

test('a change of keys is told with their fingerprints, and the link leads to them', async () => {
  const { deliver, mails, tickets } = world();
  const keys = [{ fingerprint: 'SHA256:abc', isNew: true }];
  await deliver({ kind: 'ssh-keys-changed', district: 'north', account: 'a-1', at, keys });
  expect(tickets).toEqual([]);
  const [mail] = mails;
  expect(mail?.Destination?.ToAddresses).toEqual(['ada@north.test']);
  // It is about the account itself: nothing turns it off.
  expect(mail?.Content?.Simple?.Headers?.map(({ Name }) => Name)).toEqual(['Auto-Submitted']);
  const text = mail?.Content?.Simple?.Body?.Text?.Data;
  expect(text).toContain('SHA256:abc (new)');
  expect(text).toContain('https://rolebook.test/sign-in?district=north&next=%2Faccount');
});

test.each([
  { ...reset, lookups: { username: 'username:2', email: 'email:2' } },
  { ...invitation, account: 'a-2' },
])('what is about nobody is acknowledged, and nothing is sent', async (message) => {
  const { deliver, mails, told } = world();
  expect(await deliver(message)).toEqual(done);
  expect([mails, told.mails]).toEqual([[], []]);
});

test('a message that comes again after its mail sends none', async () => {
  const { deliver, mails } = world();
  await deliver(reset);
  await deliver(reset);
  expect(mails).toHaveLength(1);
});

test('an account gets one reset in five minutes, however many are asked for', async () => {
  const { deliver, mails, tickets, told, passTo } = world();
  await deliver(reset);
  const next = { ...reset, at: '2026-11-22T10:00:01.000Z' };
  passTo('2026-11-22T10:04:59.999Z');
  expect(await deliver(next)).toEqual(done);
  expect([mails.length, tickets.length, told.mails.at(-1)]).toEqual([
    1,
    1,
    'refused reset-asked a-1: too-many',
  ]);
  await deliver(invitation);
  passTo('2026-11-22T10:05:00.000Z');
  await deliver({ ...reset, at: '2026-11-22T10:05:00.000Z' });
  expect(mails).toHaveLength(3);
});

test('a reset that could not be sent is the one that goes, and not one that was asked for after it', async () => {
  const { deliver, mails } = world({ answers: [named('TooManyRequestsException')] });
  expect(await deliver(reset)).toEqual(again);
  await deliver({ ...reset, at: '2026-11-22T10:00:01.000Z' });
  expect(mails).toEqual([]);
  expect(await deliver(reset)).toEqual(done);
  expect(mails).toHaveLength(1);
});

test('a link goes to the address that the account has once its ticket is open', async () => {
  const { deliver, mails } = world({ movesTo: 'moved@north.test' });
  await deliver(invitation);
  expect(mails.map(({ Destination }) => Destination?.ToAddresses)).toEqual([['moved@north.test']]);
});

test('a crash between mail and record sends it twice, with links of one ticket', async () => {
  const { deliver, mails, tickets, crash } = world();
  crash(true);
  expect(await deliver(reset)).toEqual(again);
  crash(false);
  expect(await deliver(reset)).toEqual(done);
  await deliver(reset);
  expect([mails.length, tickets.length]).toEqual([2, 1]);
});

test('a mail system that has too much to do gets it again later', async () => {
  const { deliver, mails } = world({ answers: [named('TooManyRequestsException'), 'ok'] });
  expect(await deliver(reset)).toEqual(again);
  expect(await deliver(reset)).toEqual(done);
  expect(mails).toHaveLength(1);
});

test('an address that is refused is told of and tried no more', async () => {
  const { deliver, told } = world({ answers: [named('MessageRejected', 'Address blacklisted')] });
  expect(await deliver(reset)).toEqual(done);
  expect(told.mails).toEqual(['refused reset-asked a-1: MessageRejected']);
});

test('a sender whom SES does not know yet loses no mail', async () => {
  const unverified = named('MessageRejected', 'Email address is not verified.');
  expect(await world({ answers: [unverified] }).deliver(reset)).toEqual(again);
});

test.each(['ada@north.test,eve', 'x<eve@evil.test>', '"a"@north.test'])(
  'no mail goes to %s, which a mail system may read otherwise',
  async (email) => {
    const { deliver, mails, told } = world({ account: { ...ada, email } });
    expect(await deliver(reset)).toEqual(done);
    expect([mails, told.mails]).toEqual([[], ['refused reset-asked a-1: address']]);
  },
);

test('a link that would have ended before it arrives is not sent', async () => {
  const { deliver, mails, told } = world({ now: '2026-11-22T11:00:00.000Z' });
  expect(await deliver(reset)).toEqual(done);
  expect([mails, told.mails]).toEqual([[], ['refused reset-asked a-1: late']]);
});

test('a message that nobody can read goes to the dead letters', async () => {
  expect(await world().deliver({ kind: 'greeting' })).toEqual(again);
});

test('an invitation says how to reach SFTP to whoever has a role there', async () => {
  const sftp = { host: 'sftp.test', port: '2222', fingerprint: 'SHA256:abc' };
  const { mails, deliver } = world({ sftp });
  await deliver(invitation);
  const text = mails[0]?.Content?.Simple?.Body?.Text?.Data ?? JSON.stringify(mails[0]);
  for (const said of ['sftp.test', '2222', 'ada@north', 'SHA256:abc']) expect(text).toContain(said);
});
