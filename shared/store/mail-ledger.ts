import {
  type Delivery,
  type DeliveryState,
  deliveriesOf,
  isUnheard,
  mailLine,
} from '../reports/deliveries.ts';
import type { ServiceEvent } from '../reports/service-event.ts';
import type { ReportLedger } from './report-ledger.ts';

type Ledger = Pick<ReportLedger, 'note' | 'lines'>;
type Noted = { to: string; at: Date; why?: string | undefined };

/** Lines that are written at once. */
const atOnce = 25;

/** Of these nobody has to hear. */
const mayPass: ReadonlySet<ServiceEvent['kind']> = new Set(['report.downloaded', 'report.unheard']);

/** How far mails about events have come: lines of the report's ledger, or of one of the event's own where it is of no report. */
export class MailLedger {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Again with the same changes nothing. Where nobody is left who hears of a report, its administrators are to. */
  async note(event: ServiceEvent, state: DeliveryState, { to, at, why }: Noted): Promise<void> {
    const line = mailLine(state, { to, at: at.toISOString(), of: event.id, why });
    await this.#ledger.note(event.district, subjectOf(event), { line });
    if (state === 'bounced' || state === 'refused' || state === 'ended') await this.tellIfUnheard(event, at);
  }

  /** The same of all events of one mail. */
  async noteAll(events: readonly ServiceEvent[], state: DeliveryState, noted: Noted): Promise<void> {
    for (let from = 0; from < events.length; from += atOnce) {
      const some = events.slice(from, from + atOnce);
      await Promise.all(some.map((event) => this.note(event, state, noted)));
    }
  }

  async tellIfUnheard(event: ServiceEvent, at: Date): Promise<void> {
    const { district, id, report, account } = event;
    if (report === undefined || mayPass.has(event.kind)) return;
    if (!isUnheard(await this.deliveries(event))) return;
    await this.#ledger.note(district, report, {
      // The same whoever finds it out.
      line: { id: `${event.at}#unheard#${id}`, at: at.toISOString(), what: 'unheard', of: id },
      event: {
        ...{ district, report, account },
        id: `unheard.${id}`,
        kind: 'report.unheard',
        at: at.toISOString(),
        facts: { of: event.kind },
      },
    });
  }

  async deliveries(event: ServiceEvent): Promise<Delivery[]> {
    const lines = [];
    for await (const line of this.#ledger.lines(event.district, subjectOf(event))) lines.push(line);
    return deliveriesOf(lines, event.id);
  }
}

function subjectOf({ report, id }: ServiceEvent): string {
  return report ?? id;
}
