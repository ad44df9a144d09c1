import { MailMessage } from '../../shared/messages/mail-messages.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { type SendMailDeps, sendMails } from './send-mails.ts';

type Deps = SendMailDeps & { events: Pick<Events, 'recordFailed' | 'flush'> };

export function makeHandler(deps: Deps) {
  return batchHandler({ events: deps.events, apply: ({ body }) => sendMails(deps, MailMessage.parse(body)) });
}
