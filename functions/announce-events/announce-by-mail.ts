import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import { audienceOf } from '../../shared/reports/notices.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import type { WhoMay } from '../../shared/runtime/who-may.ts';
import type { DistrictQueue } from '../../shared/store/district-queue.ts';
import type { MailLedger } from '../../shared/store/mail-ledger.ts';
import type { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';

export type AnnounceDeps = {
  whoMay: WhoMay;
  accounts: Pick<SignInAccounts, 'find' | 'ofUser'>;
  ledger: Pick<MailLedger, 'note' | 'tellIfUnheard'>;
  mails: Pick<DistrictQueue<MailMessage>, 'send'>;
  now: () => Date;
};

/** One message for each account of those who may hear of it. Again with the same event sends the same messages. */
export async function announceByMail(deps: AnnounceDeps, event: ServiceEvent): Promise<void> {
  const { accounts, ledger, mails, now } = deps;
  const { district, id } = event;
  const audience = audienceOf(event);
  if (audience === undefined) return;
  const recipients = new Set<string>();
  for (const user of await deps.whoMay(district, audience)) {
    // A user is an account, or a person of the roster who may have several and may have none.
    const own = await accounts.find(district, user);
    const tied = await accounts.ofUser(district, user);
    for (const found of own === undefined ? tied : [own, ...tied]) recipients.add(found.account.id);
  }
  // All of them before the first mail: whether anybody has heard is seen by these lines.
  for (const to of recipients) await ledger.note(event, 'queued', { to, at: new Date(event.at) });
  if (recipients.size === 0) await ledger.tellIfUnheard(event, now());
  const day = event.at.slice(0, 10);
  for (const account of recipients) await mails.send({ kind: 'event', district, account, event: id, day });
}
