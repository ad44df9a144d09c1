import { SendEmailCommand, type SendEmailCommandOutput } from '@aws-sdk/client-sesv2';
import type { MailText } from '../accounts/mails/layout.ts';
import { MailUnsent } from '../errors.ts';

export type Mailer = {
  /** @throws {MailUnsent} where trying again may help */
  send: (
    to: string,
    mail: MailText,
  ) => Promise<{ sent: true; reference: string } | { sent: false; why: string }>;
};

/** Answers that are of this one address or mail; trying again would bring the same. */
const final = new Set(['MessageRejected', 'BadRequestException']);

/** As much of the client as is called. */
type Ses = { send(command: SendEmailCommand): Promise<Pick<SendEmailCommandOutput, 'MessageId'>> };

/** `settings`: name of the configuration set. Headers and body are composed by SES: nothing written here can add a header. */
export function makeMailer(ses: Ses, { from, settings }: { from: string; settings: string }): Mailer {
  return {
    async send(to, { subject, html, text }) {
      if (!isPlain(to)) return { sent: false, why: 'address' };
      const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
      try {
        const { MessageId = '' } = await ses.send(
          new SendEmailCommand({
            FromEmailAddress: from,
            ConfigurationSetName: settings,
            Destination: { ToAddresses: [to] },
            Content: {
              Simple: {
                Subject: utf8(subject),
                Body: { Html: utf8(html), Text: utf8(text) },
                // RFC 3834: nobody's absence note answers it.
                Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
              },
            },
          }),
        );
        return { sent: true, reference: MessageId };
      } catch (error) {
        if (error instanceof Error && final.has(error.name) && !isOfOurs(error)) {
          return { sent: false, why: error.name };
        }
        throw new MailUnsent('The mail was not sent.', { cause: error });
      }
    },
  };
}

/** SES reads an address as the header would: a comma would make two of it, an angle bracket another. */
function isPlain(address: string): boolean {
  return /^[^\s@\p{C}<>()[\]\\,;:"]+@[^\s@\p{C}<>()[\]\\,;:"]+$/u.test(address);
}

/** Whoever the mail is to: the sender is not allowed yet, which an administrator can mend. */
function isOfOurs({ message }: Error): boolean {
  return /not verified/i.test(message);
}
