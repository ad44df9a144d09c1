import { MailEvent, type MailOutcome } from '../../shared/messages/mail-events.ts';
import type { DeliveryState } from '../../shared/reports/deliveries.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { readTag } from '../../shared/runtime/mailer.ts';
import { confinedTo } from '../../shared/runtime/tenancy.ts';
import type { MailLedger } from '../../shared/store/mail-ledger.ts';
import type { NotificationSettings } from '../../shared/store/notification-settings.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';
import type { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import type { WaitingNotices } from '../../shared/store/waiting-notices.ts';

type Deps = {
  accounts: Pick<SignInAccounts, 'find'>;
  settings: Pick<NotificationSettings, 'suppress'>;
  outbox: Pick<ReportLedger, 'findEvent'>;
  digests: Pick<WaitingNotices, 'told'>;
  ledger: Pick<MailLedger, 'noteAll'>;
  events: Pick<Events, 'mailHeard' | 'recordFailed' | 'flush'>;
};

/** What the mail system says of mails that went out. Mails of nobody's tags are not ours. */
export function makeHandler(deps: Deps) {
  return batchHandler({
    events: deps.events,
    apply: async ({ body }) => {
      const said = MailEvent.parse(body);
      const { district, account, ...about } = tagsOf(said);
      const outcome = outcomeOf(said);
      if (district === undefined || account === undefined || outcome === undefined) return;
      await confinedTo(district, () => hear(deps, { district, account, about, outcome, said }));
    },
  });
}

/** What a mail was about: one event of a day, the events of a digest, or the account itself. */
type About = { event?: string; day?: string; digest?: string };
type Heard = { district: string; account: string; about: About; outcome: MailOutcome; said: MailEvent };

async function hear(deps: Deps, { district, account, about, outcome, said }: Heard): Promise<void> {
  const { accounts, settings, ledger, events } = deps;
  const { state, at, why } = outcome;
  events.mailHeard({ district, account, state });
  const reader = (await accounts.find(district, account))?.account;
  // Nothing is written of whoever was erased meanwhile.
  if (reader === undefined) return;
  const [address] = said.mail.destination;
  // Another address than that of now is nobody's to keep from mails.
  if (outcome.forGood && address !== undefined && isSame(address, reader.email)) {
    const suppressed = state === 'complained' ? 'complained' : 'bounced';
    await settings.suppress(district, address, { account, why: suppressed, at });
  }
  const told = await eventsOf(deps, district, about);
  await ledger.noteAll(told, state satisfies DeliveryState, { to: account, at: new Date(at), why });
}

async function eventsOf(
  { outbox, digests }: Deps,
  district: string,
  { event, day, digest }: About,
): Promise<ServiceEvent[]> {
  if (digest !== undefined) return digests.told(district, digest);
  if (event === undefined || day === undefined) return [];
  const found = await outbox.findEvent(district, day, event);
  return found === undefined ? [] : [found];
}

function isSame(address: string, other: string): boolean {
  return address.trim().toLowerCase() === other.trim().toLowerCase();
}

function tagsOf({ mail: { tags } }: MailEvent): About & { district?: string; account?: string } {
  const named = ['district', 'account', 'event', 'day', 'digest'] as const;
  return Object.fromEntries(
    named.flatMap((name) => {
      const [tag] = tags[name] ?? [];
      return tag === undefined ? [] : [[name, readTag(tag)]];
    }),
  );
}

function outcomeOf(said: MailEvent): MailOutcome | undefined {
  const { bounce, complaint, delivery } = said;
  if (bounce !== undefined) {
    const { timestamp, bounceType, bounceSubType } = bounce;
    const why = `${bounceType}/${bounceSubType}`.toLowerCase();
    return { state: 'bounced', at: written(timestamp), why, forGood: bounceType === 'Permanent' };
  }
  if (complaint !== undefined)
    return { state: 'complained', at: written(complaint.timestamp), forGood: true };
  if (delivery !== undefined) return { state: 'delivered', at: written(delivery.timestamp), forGood: false };
  return undefined;
}

/** So that texts of instants sort by time, whatever their offset and fractions. */
function written(instant: string): string {
  return new Date(instant).toISOString();
}
