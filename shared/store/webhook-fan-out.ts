import type { WebhookMessage } from '../messages/report-messages.ts';
import type { ServiceEvent } from '../reports/service-event.ts';
import type { DistrictQueue } from './district-queue.ts';
import type { Webhooks } from './webhooks.ts';

/** Asks for the calls about an event: one message for each webhook that wants to hear of it. */
export class WebhookFanOut {
  readonly #webhooks: Pick<Webhooks, 'list'>;
  readonly #queue: Pick<DistrictQueue<WebhookMessage>, 'send'>;

  constructor(webhooks: Pick<Webhooks, 'list'>, queue: Pick<DistrictQueue<WebhookMessage>, 'send'>) {
    this.#webhooks = webhooks;
    this.#queue = queue;
  }

  /** Again, it asks for no further call: deliveries go by event and webhook. */
  async announce({ district, id: event, kind, at }: ServiceEvent): Promise<void> {
    const wanting = (await this.#webhooks.list(district)).filter(
      ({ events, disabled }) => disabled === undefined && events.some((one) => one === kind),
    );
    const day = at.slice(0, 10);
    await Promise.all(
      wanting.map(({ id: endpoint }) => this.#queue.send({ district, endpoint, event, day })),
    );
  }
}
