import type { Account } from '../../shared/accounts/account.ts';
import { digestOfSecret } from '../../shared/accounts/secret-handle.ts';
import { type Notice, writeDigest } from '../../shared/mails/event-mails.ts';
import type { DigestMail } from '../../shared/messages/mail-messages.ts';
import type { DeliveryState } from '../../shared/reports/deliveries.ts';
import { audienceOf, isOptional, type NoticeKind, noticeOf } from '../../shared/reports/notices.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { armDigest } from '../../shared/roster/due.ts';
import type { WaitingNotice } from '../../shared/store/waiting-notices.ts';
import type { NoticeDeps } from './notice-deps.ts';
import { beAlone, homeLink, mayHear, noticeFor, optOutLink } from './readers.ts';

/** Told of one by one; of the rest how many there are. */
const shown = 5;

/**
 * All that waits for an account in one mail, without what it may not hear of any more.
 * @throws {MailUnsent} where the message is to come again
 */
export async function sendDigest(deps: NoticeDeps, message: DigestMail, messageId: string): Promise<void> {
  const { accounts, waiting, ledger, due, now } = deps;
  const { district, account: id } = message;
  const { ready, next } = await waiting.ready(district, id, now().getTime());
  const account = (await accounts.find(district, id))?.account;
  const events = ready.map(({ event }) => event);
  if (account === undefined) await ledger.noteAll(events, 'ended', { to: id, at: new Date(message.at) });
  else if (ready.length > 0) await tell(deps, { account, ready, message, messageId });
  await waiting.remove(ready);
  if (next !== undefined) await armDigest(due, { district, account: id, at: next });
}

type Digest = { account: Account; ready: readonly WaitingNotice[]; message: DigestMail; messageId: string };

async function tell(deps: NoticeDeps, { account, ready, message, messageId }: Digest): Promise<void> {
  const { settings, sent, tenants, waiting, mailer, ledger, events: told, origin, now } = deps;
  const { district: id } = message;
  const { heard: events, ended } = await stillHeard(deps, ready, account);
  const district = await tenants.findDistrict(id);
  // The same again for the same digest, however often it is tried.
  const at = new Date(message.at);
  await ledger.noteAll(ended, 'ended', { to: account.id, at });
  if (events.length === 0 || district === undefined) return;
  const note = (state: DeliveryState, why?: string) =>
    ledger.noteAll(events, state, { to: account.id, at, why });
  const suppressed = await settings.suppression(id, account.id, account.email);
  if (suppressed !== undefined) return note('refused', suppressed);
  // What comes to wait meanwhile is of another mail.
  const mail = digestOfSecret(JSON.stringify(['digest', account.id, ready.map(({ key }) => key.sk)]));
  if (await sent.has(id, mail)) return note('sent');
  await beAlone(deps, { district: id, mail, messageId });
  const first: Notice[] = [];
  for (const event of events.slice(0, shown)) first.push(...[(await noticeFor(deps, event)) ?? []].flat());
  const kinds = optionalKinds(events);
  const optOut =
    kinds.length === 0
      ? undefined
      : optOutLink(origin, await settings.link(id, mail, { account: account.id, kinds, at: now() }));
  const reader = { language: account.language ?? 'en', district, link: homeLink(origin, id), optOut };
  await waiting.keepTold(id, mail, { events, at: now() });
  const tags = { district: id, account: account.id, digest: mail };
  const outcome = await mailer.send(account.email, writeDigest(events, first, reader), {
    tags,
    unsubscribe: optOut,
  });
  const about = { district: id, account: account.id, kind: 'digest', mail };
  if (!outcome.sent) {
    told.mailRefused({ ...about, why: outcome.why });
    return note('refused', outcome.why);
  }
  await sent.record(id, { id: mail, reference: outcome.reference, at: now() });
  await note('sent');
  told.mailSent(about);
}

/** Asked once for all events of the same place; of what has ended nobody may have heard. */
async function stillHeard(
  deps: NoticeDeps,
  ready: readonly WaitingNotice[],
  account: Account,
): Promise<{ heard: ServiceEvent[]; ended: ServiceEvent[] }> {
  const answers = new Map<string, boolean>();
  const heard: ServiceEvent[] = [];
  const ended: ServiceEvent[] = [];
  for (const { event } of ready) {
    const place = JSON.stringify(audienceOf(event));
    const may = answers.get(place) ?? (await mayHear(deps, event, account));
    answers.set(place, may);
    (may ? heard : ended).push(event);
  }
  return { heard, ended };
}

function optionalKinds(events: readonly ServiceEvent[]): NoticeKind[] {
  const kinds = new Set(events.map(noticeOf));
  return [...kinds].filter((kind) => kind !== undefined && isOptional(kind)) as NoticeKind[]; // none is absent
}
