import { type DigestMail, type EventMail, MailMessage } from '../../shared/messages/mail-messages.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { type SendMailDeps, sendMails } from './send-mails.ts';

type Deps = SendMailDeps & {
  notices: {
    event: (message: EventMail, messageId: string) => Promise<void>;
    digest: (message: DigestMail, messageId: string) => Promise<void>;
  };
  events: Pick<Events, 'recordFailed' | 'flush'>;
};

export function makeHandler(deps: Deps) {
  return batchHandler({
    events: deps.events,
    apply: async ({ body, messageId }) => {
      const message = MailMessage.parse(body);
      if (message.kind === 'event') return deps.notices.event(message, messageId);
      if (message.kind === 'digest') return deps.notices.digest(message, messageId);
      return sendMails(deps, message);
    },
  });
}
