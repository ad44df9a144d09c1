import { MailEvent, type MailOutcome } from '../../shared/messages/mail-events.ts';
import type { DeliveryState } from '../../shared/reports/deliveries.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { readTag } from '../../shared/runtime/mailer.ts';
import { confinedTo } from '../../shared/runtime/tenancy.ts';
import type { MailLedger } from '../../shared/store/mail-ledger.ts';
import type { NotificationSettings } from '../../shared/store/notification-settings.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';

type Deps = {
  settings: Pick<NotificationSettings, 'suppress'>;
  outbox: Pick<ReportLedger, 'findEvent'>;
  ledger: Pick<MailLedger, 'note'>;
  events: Pick<Events, 'mailHeard' | 'recordFailed' | 'flush'>;
};

/** What the mail system says of mails that went out. Mails of nobody's tags are not ours. */
export function makeHandler(deps: Deps) {
  return batchHandler({
    events: deps.events,
    apply: async ({ body }) => {
      const said = MailEvent.parse(body);
      const { district, account, event, day } = tagsOf(said);
      const outcome = outcomeOf(said);
      if (district === undefined || account === undefined || outcome === undefined) return;
      await confinedTo(district, () => hear(deps, { district, account, event, day, outcome, said }));
    },
  });
}

type Heard = {
  district: string;
  account: string;
  event: string | undefined;
  day: string | undefined;
  outcome: MailOutcome;
  said: MailEvent;
};

async function hear({ settings, outbox, ledger, events }: Deps, heard: Heard): Promise<void> {
  const { district, account, event, day, outcome, said } = heard;
  const [address] = said.mail.destination;
  const { state, at, why } = outcome;
  if (outcome.forGood && address !== undefined) {
    const suppressed = state === 'complained' ? 'complained' : 'bounced';
    await settings.suppress(district, address, { account, why: suppressed, at });
  }
  events.mailHeard({ district, account, state });
  if (event === undefined || day === undefined) return;
  const told = await outbox.findEvent(district, day, event);
  if (told !== undefined)
    await ledger.note(told, state satisfies DeliveryState, { to: account, at: new Date(at), why });
}

function tagsOf({
  mail: { tags },
}: MailEvent): Partial<Record<'district' | 'account' | 'event' | 'day', string>> {
  const named = ['district', 'account', 'event', 'day'] as const;
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
    const { timestamp: at, bounceType, bounceSubType } = bounce;
    const why = `${bounceType}/${bounceSubType}`.toLowerCase();
    return { state: 'bounced', at, why, forGood: bounceType === 'Permanent' };
  }
  if (complaint !== undefined) return { state: 'complained', at: complaint.timestamp, forGood: true };
  if (delivery !== undefined) return { state: 'delivered', at: delivery.timestamp, forGood: false };
  return undefined;
}
