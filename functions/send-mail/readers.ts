import type { Account } from '../../shared/accounts/account.ts';
import { digestOfSecret } from '../../shared/accounts/secret-handle.ts';
import { MailUnsent } from '../../shared/errors.ts';
import type { Notice } from '../../shared/mails/event-mails.ts';
import { audienceOf, noticeOf } from '../../shared/reports/notices.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import type { NoticeDeps } from './notice-deps.ts';

/** Longer than one try takes, shorter than the queue waits before the next. */
const tryMs = 90_000;

/** Whether the account, or its person, may hear of it now: roles that were taken away since are not those of before. */
export async function mayHear(
  { decide }: NoticeDeps,
  event: ServiceEvent,
  account: Account,
): Promise<boolean> {
  const audience = audienceOf(event);
  if (audience === undefined) return false;
  const { action, resource } = audience;
  for (const id of account.user === undefined ? [account.id] : [account.user, account.id]) {
    const question = { subject: { type: 'user', id }, action: { name: action }, resource };
    if ((await decide(event.district, question)).decision) return true;
  }
  return false;
}

/**
 * Of messages that ask for the same mail at the same time, one sends it.
 * @throws {MailUnsent} to the others, which look again once it must have been sent
 */
export async function beAlone(
  { sent, now }: NoticeDeps,
  { district, mail, messageId }: { district: string; mail: string; messageId: string },
): Promise<void> {
  const at = now();
  const turn = digestOfSecret(JSON.stringify(['turn', mail]));
  const until = new Date(at.getTime() + tryMs);
  if (await sent.takeTurn(district, { turn, mail: messageId, at, until })) return;
  throw new MailUnsent('Another message is sending this mail.');
}

/** An event with what it refers to, as far as that is there. */
export async function noticeFor(deps: NoticeDeps, event: ServiceEvent): Promise<Notice | undefined> {
  const kind = noticeOf(event);
  if (kind === undefined) return undefined;
  const { district, account, report: id, by } = event;
  const report = id === undefined ? undefined : await deps.outbox.find(district, id);
  const school = account === undefined ? undefined : await deps.nameOf(district, 'orgs', account);
  const who = await whoIs(deps, district, kind === 'report.downloaded' ? by : (by ?? report?.by));
  return { kind, event, report, school: school ?? account, who };
}

/** A client has nobody's name. */
async function whoIs(
  { accounts, nameOf }: NoticeDeps,
  district: string,
  by: string | undefined,
): Promise<string | undefined> {
  if (by === undefined || by.startsWith('client:')) return undefined;
  const account = (await accounts.find(district, by))?.account;
  const user = account === undefined ? by : account.user;
  const name = user === undefined ? undefined : await nameOf(district, 'users', user);
  return name ?? account?.username;
}

/** Where the button of a mail leads: whoever is signed in sees it there, and anybody else signs in first. @param event absent of several */
export function homeLink(origin: string, district: string, event?: ServiceEvent): string {
  const isOfReport = event === undefined || event.kind.startsWith('report.');
  const next = event?.report === undefined ? '/reports' : `/reports#${event.report}`;
  return `${origin}/sign-in?${new URLSearchParams({ district, ...(isOfReport ? { next } : {}) })}`;
}

export function optOutLink(origin: string, link: string): string {
  return `${origin}/unsubscribe/${link}`;
}
