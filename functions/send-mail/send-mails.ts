import type { Account } from '../../shared/accounts/account.ts';
import { writeAccountMail } from '../../shared/accounts/mails/account-mails.ts';
import type { AccountMail } from '../../shared/accounts/mails/words.ts';
import { digestOfSecret } from '../../shared/accounts/secret-handle.ts';
import type { SftpServer } from '../../shared/accounts/sftp-names.ts';
import type { AccountMailMessage } from '../../shared/messages/mail-messages.ts';
import type { Events, MailEvent } from '../../shared/runtime/events.ts';
import type { Mailer } from '../../shared/runtime/mailer.ts';
import { confinedTo } from '../../shared/runtime/tenancy.ts';
import type { SentMails } from '../../shared/store/sent-mails.ts';
import type { FoundAccount, SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import type { Tenants } from '../../shared/store/tenants.ts';
import type { Tickets } from '../../shared/store/tickets.ts';

export type SendMailDeps = {
  accounts: Pick<SignInAccounts, 'placesOf' | 'byLookup' | 'find'>;
  tenants: Pick<Tenants, 'findDistrict'>;
  tickets: Pick<Tickets, 'open' | 'link'>;
  sent: Pick<SentMails, 'has' | 'takeTurn' | 'record'>;
  /** The server, for an account that holds a role there. */
  sftpOf: (district: string, account: Account) => Promise<SftpServer | undefined>;
  mailer: Mailer;
  events: Pick<Events, 'mailSent' | 'mailRefused'>;
  /** Of the pages that links lead to. */
  origin: string;
  now: () => Date;
};

/** How long links are good, from when somebody asked. */
const goodMs = { reset: 3_600_000, invitation: 7 * 24 * 3_600_000 } as const;

/** Anybody may ask for resets of anybody: an account gets one, and no other for as long. */
const resetsApartMs = 5 * 60_000;

/**
 * One mail to each account that a message is about; to nobody where there is none. Again with the same message sends nothing
 * more, unless it ended between the sending and its record.
 * @throws {MailUnsent} where the message is to come again
 */
export async function sendMails(deps: SendMailDeps, message: AccountMailMessage): Promise<void> {
  if (message.kind === 'reset-asked') return sendResets(deps, message);
  const found = await deps.accounts.find(message.district, message.account);
  if (found !== undefined) await sendTo(deps, message, found);
}

/** Two, where a name is the username of one and the address of another: each hears of it at their own address, in their own district. */
async function sendResets(
  deps: SendMailDeps,
  message: Extract<AccountMailMessage, { kind: 'reset-asked' }>,
): Promise<void> {
  const told = new Set<string>();
  for (const { district, lookup } of await deps.accounts.placesOf(message.lookups, message.district)) {
    await confinedTo(district, async () => {
      const found = await deps.accounts.byLookup(district, lookup);
      const who = `${district} ${found?.account.id}`;
      if (found === undefined || told.has(who)) return;
      told.add(who);
      await sendTo(deps, message, found);
    });
  }
}

async function sendTo(
  deps: SendMailDeps,
  message: AccountMailMessage,
  { district: id, account }: FoundAccount,
): Promise<void> {
  const { accounts, sent, tenants, mailer, events, now } = deps;
  const mail = digestOfSecret(JSON.stringify([message, account.id]));
  if (await sent.has(id, mail)) return;
  const district = await tenants.findDistrict(id);
  if (district === undefined) return;
  const told: MailEvent = { district: id, account: account.id, kind: message.kind, mail };
  const content = await contentOf(deps, message, told);
  if (typeof content === 'string') {
    events.mailRefused({ ...told, why: content });
    return;
  }
  // Read after the ticket was opened: an address of before would get a link that is good after the change.
  const reader = (await accounts.find(id, account.id))?.account;
  if (reader === undefined) return;
  const sftp = content.kind === 'invitation' ? await deps.sftpOf(id, reader) : undefined;
  const shown =
    sftp === undefined ? content : { ...content, sftp: { ...sftp, user: `${reader.username}@${id}` } };
  const text = writeAccountMail(shown, { language: reader.language ?? 'en', district });
  const outcome = await mailer.send(reader.email, text, {
    tags: { district: id, account: account.id },
  });
  if (!outcome.sent) {
    events.mailRefused({ ...told, why: outcome.why });
    return;
  }
  await sent.record(id, { id: mail, reference: outcome.reference, at: now() });
  events.mailSent(told);
}

/** `late`: a link would be good no more when it arrives; `too-many`: another reset went out just now. */
async function contentOf(
  deps: SendMailDeps,
  message: AccountMailMessage,
  { district, account, mail }: MailEvent,
): Promise<AccountMail | 'late' | 'too-many'> {
  const { tickets, origin, now } = deps;
  const { kind, at } = message;
  if (kind === 'ssh-keys-changed') {
    const link = `${origin}/sign-in?${new URLSearchParams({ district, next: '/account' })}`;
    return { kind, at, link, keys: message.keys };
  }
  if (kind === 'locked' || kind === 'password-changed' || kind === 'password-lapsed') {
    return { kind, at, link: `${origin}/forgot-password?district=${district}` };
  }
  const purpose = kind === 'invitation' ? kind : 'reset';
  const until = new Date(Date.parse(at) + goodMs[purpose]).toISOString();
  if (until <= now().toISOString()) return 'late';
  if (purpose === 'reset' && !(await takesTurn(deps, { district, account, mail }))) return 'too-many';
  await tickets.open({ id: mail, district, account, purpose, until });
  const link = await tickets.link(district, mail);
  const next =
    'next' in message && message.next !== undefined ? `?${new URLSearchParams({ next: message.next })}` : '';
  return { kind: purpose, until, link: `${origin}/password/${link}${next}` };
}

async function takesTurn(
  { sent, now }: SendMailDeps,
  { district, account, mail }: Omit<MailEvent, 'kind'>,
): Promise<boolean> {
  const at = now();
  const until = new Date(at.getTime() + resetsApartMs);
  return sent.takeTurn(district, {
    turn: digestOfSecret(JSON.stringify(['reset', account])),
    mail,
    at,
    until,
  });
}
