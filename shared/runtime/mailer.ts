import { SendEmailCommand, type SendEmailCommandOutput } from '@aws-sdk/client-sesv2';
import type { MailText } from '../accounts/mails/layout.ts';
import { MailUnsent } from '../errors.ts';

export type MailMore = {
  /** What the mail system says of the mail later, it says with these. */
  tags?: Readonly<Record<string, string>>;
  /** Where one click turns mails of its kind off. */
  unsubscribe?: string | undefined;
};

export type Mailer = {
  /** @throws {MailUnsent} where trying again may help */
  send: (
    to: string,
    mail: MailText,
    more?: MailMore,
  ) => Promise<{ sent: true; reference: string } | { sent: false; why: string }>;
};

/** Answers that are of this one address or mail; trying again would bring the same. */
const final = new Set(['MessageRejected', 'BadRequestException']);

/** As much of the client as is called. */
type Ses = { send(command: SendEmailCommand): Promise<Pick<SendEmailCommandOutput, 'MessageId'>> };

/** `settings`: name of the configuration set. Headers and body are composed by SES: nothing written here can add a header. */
export function makeMailer(ses: Ses, { from, settings }: { from: string; settings: string }): Mailer {
  return {
    async send(to, { subject, html, text }, { tags = {}, unsubscribe } = {}) {
      if (!isPlain(to)) return { sent: false, why: 'address' };
      const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
      try {
        const { MessageId = '' } = await ses.send(
          new SendEmailCommand({
            FromEmailAddress: from,
            ConfigurationSetName: settings,
            Destination: { ToAddresses: [to] },
            EmailTags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value: writeTag(Value) })),
            Content: {
              Simple: {
                Subject: utf8(subject),
                Body: { Html: utf8(html), Text: utf8(text) },
                // RFC 3834: nobody's absence note answers it.
                Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }, ...turnedOffBy(unsubscribe)],
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

/** RFC 8058: the reader's program asks, and no scanner that follows links turns anything off. */
function turnedOffBy(unsubscribe: string | undefined): { Name: string; Value: string }[] {
  if (unsubscribe === undefined) return [];
  return [
    { Name: 'List-Unsubscribe', Value: `<${unsubscribe}>` },
    { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
  ];
}

/** Ids may have characters that no tag takes. */
function writeTag(value: string): string {
  return Buffer.from(value).toString('base64url');
}

export function readTag(tag: string): string {
  return Buffer.from(tag, 'base64url').toString('utf8');
}

/** SES reads an address as the header would: a comma would make two of it, an angle bracket another. */
function isPlain(address: string): boolean {
  return /^[^\s@\p{C}<>()[\]\\,;:"]+@[^\s@\p{C}<>()[\]\\,;:"]+$/u.test(address);
}

/** Whoever the mail is to: the sender is not allowed yet, which an administrator can mend. */
function isOfOurs({ message }: Error): boolean {
  return /not verified/i.test(message);
}
