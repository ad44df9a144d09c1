import { digestOfSecret } from '../../shared/accounts/secret-handle.ts';
import { writeEventMail } from '../../shared/mails/event-mails.ts';
import type { EventMail } from '../../shared/messages/mail-messages.ts';
import { isOptional, noticeOf, timeFor } from '../../shared/reports/notices.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { armDigest } from '../../shared/roster/due.ts';
import type { FoundAccount } from '../../shared/store/sign-in-accounts.ts';
import type { NoticeDeps } from './notice-deps.ts';
import { beAlone, homeLink, mayHear, noticeFor, optOutLink } from './readers.ts';

/** What the mail of one event to one account is known by; `again`: what asked for it once more. */
function mailOf({ event, account, again }: EventMail): string {
  return digestOfSecret(JSON.stringify(['event', event, account, again ?? '']));
}

/**
 * One mail about an event to one account, now or with its digest, if it still may and wants to hear of it. Again with the same message
 * sends nothing more, unless it ended between the sending and its record.
 * @throws {MailUnsent} where the message is to come again
 */
export async function sendEvent(deps: NoticeDeps, message: EventMail, messageId: string): Promise<void> {
  const { accounts, outbox, ledger, tenants, settings, sent, now } = deps;
  const { district: id, account: to } = message;
  const mail = mailOf(message);
  if (await sent.has(id, mail)) return;
  const event = await outbox.findEvent(id, message.day, message.event);
  const kind = event && noticeOf(event);
  const district = await tenants.findDistrict(id);
  if (event === undefined || kind === undefined || district === undefined) return;
  const found = await accounts.find(id, to);
  const at = now();
  if (found === undefined || !(await mayHear(deps, event, found.account)))
    return ledger.note(event, 'ended', { to, at });
  const { preferences } = await settings.preferences(id, to);
  const time = timeFor(preferences, kind, { timeZone: district.timeZone, now: at.getTime() });
  if (message.again === undefined && time.when === 'never') return ledger.note(event, 'off', { to, at });
  if (message.again === undefined && time.when === 'later')
    return putOff(deps, { event, to, mail, due: time.at });
  const why = await settings.suppression(id, to, found.account.email);
  if (why !== undefined) return ledger.note(event, 'refused', { to, at, why });
  await beAlone(deps, { district: id, mail, messageId });
  await send(deps, { event, mail, found, district, isOptional: isOptional(kind), day: message.day });
}

/** It waits for the account's digest. */
async function putOff(
  { waiting, due: times, ledger, sent, now }: NoticeDeps,
  { event, to, mail, due }: { event: ServiceEvent; to: string; mail: string; due: number },
): Promise<void> {
  const { district } = event;
  await waiting.put(to, event, due);
  await armDigest(times, { district, account: to, at: due });
  await ledger.note(event, 'waiting', { to, at: now() });
  await sent.record(district, { id: mail, reference: 'waiting', at: now() });
}

type Sending = {
  event: ServiceEvent;
  mail: string;
  found: FoundAccount;
  district: { name: string; timeZone: string };
  isOptional: boolean;
  day: string;
};

async function send(
  deps: NoticeDeps,
  { event, mail, found, district, isOptional, day }: Sending,
): Promise<void> {
  const { mailer, settings, ledger, sent, events, origin, now } = deps;
  const { district: id, account } = found;
  const notice = await noticeFor(deps, event);
  if (notice === undefined) return;
  const kinds = [notice.kind];
  const optOut = isOptional
    ? optOutLink(origin, await settings.link(id, mail, { account: account.id, kinds, at: now() }))
    : undefined;
  const link = homeLink(origin, id, event);
  const text = writeEventMail(notice, { language: account.language ?? 'en', district, link, optOut });
  const tags = { district: id, account: account.id, event: event.id, day };
  const outcome = await mailer.send(account.email, text, { tags, unsubscribe: optOut });
  const told = { district: id, account: account.id, kind: notice.kind, mail };
  if (!outcome.sent) {
    events.mailRefused({ ...told, why: outcome.why });
    return ledger.note(event, 'refused', { to: account.id, at: now(), why: outcome.why });
  }
  await sent.record(id, { id: mail, reference: outcome.reference, at: now() });
  await ledger.note(event, 'sent', { to: account.id, at: now() });
  events.mailSent(told);
}
