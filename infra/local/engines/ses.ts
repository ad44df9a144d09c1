import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import type { Engine } from './engine.ts';
import { listening } from './listening.ts';

/** A mail as it would have gone out. */
const LocalMail = z.object({
  id: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** Addresses, separated by commas. */
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  headers: z.record(z.string(), z.string()),
});
export type LocalMail = z.infer<typeof LocalMail>;

export type MailEngine = Engine & {
  /** The newest first. */
  mails: () => readonly LocalMail[];
};

/** A line end in any of these would begin another header. */
const Line = z.string().regex(/^[^\r\n]*$/);
const Address = Line.regex(/^[^\s@,;]+@[^\s@,;]+$/);
const Written = z.object({ Data: z.string() });
const SendEmail = z.object({
  FromEmailAddress: Line,
  ConfigurationSetName: z.string().optional(),
  EmailTags: z.array(z.object({ Name: z.string(), Value: z.string().regex(/^[\w.@-]{1,256}$/) })).default([]),
  Destination: z.object({ ToAddresses: z.array(Address).min(1).max(50) }),
  Content: z.object({
    Simple: z.object({
      Subject: z.object({ Data: Line.min(1) }),
      Body: z.object({ Html: Written.optional(), Text: Written.optional() }),
      Headers: z.array(z.object({ Name: z.string().regex(/^[!-9;-~]{1,126}$/), Value: Line })).default([]),
    }),
  }),
});

/**
 * As much of SES's second API as the product calls: `SendEmail` with simple content. Mails are kept, one a line, in a file that only
 * this user may read, and go nowhere. Signatures, identities and quotas are not checked.
 * @param onOutcome is told what became of each mail that a configuration set is named for, as SES tells its event destinations
 */
export async function startSes(
  dataDir: string,
  onOutcome: (said: object) => void = () => undefined,
): Promise<MailEngine> {
  const directory = join(dataDir, 'mails');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'mails.jsonl');
  const kept = readKept(path);
  // A kill in the middle of a line leaves a piece, which what follows must not hang on.
  appendFileSync(path, '\n', { mode: 0o600 });
  const engine = await listening(async (call, reply) => {
    const answer = await sendEmail(call).catch(() => undefined);
    if (answer === undefined) {
      const headers = { 'content-type': 'application/json', 'x-amzn-errortype': 'BadRequestException' };
      reply.writeHead(400, headers).end(JSON.stringify({ message: 'The request is not one that is taken.' }));
      return;
    }
    const { mail, settings, tags } = answer;
    appendFileSync(path, `${JSON.stringify(mail)}\n`);
    kept.unshift(mail);
    reply.writeHead(200, { 'content-type': 'application/json' });
    reply.end(JSON.stringify({ MessageId: mail.id }));
    if (settings !== undefined) onOutcome(outcomeOf(mail, { ...tags, 'ses:configuration-set': [settings] }));
  });
  return { ...engine, mails: () => kept };
}

type Taken = { mail: LocalMail; settings: string | undefined; tags: Record<string, string[]> };

/** By the addresses of SES's mailbox simulator (Amazon SES Developer Guide); all others take what they get. */
function outcomeOf(sent: LocalMail, tags: Record<string, string[]>): object {
  const timestamp = sent.at;
  const mail = { timestamp, messageId: sent.id, source: sent.headers.From, destination: [sent.to], tags };
  const [, kind] = /^(bounce|complaint)(?:\+[^@]*)?@simulator\.amazonses\.com$/i.exec(sent.to) ?? [];
  const feedbackId = randomUUID();
  switch (kind?.toLowerCase()) {
    case 'bounce': {
      const bouncedRecipients = [{ emailAddress: sent.to, action: 'failed', status: '5.1.1' }];
      const of = { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients };
      return { eventType: 'Bounce', mail, bounce: { ...of, timestamp, feedbackId } };
    }
    case 'complaint': {
      const complainedRecipients = [{ emailAddress: sent.to }];
      return { eventType: 'Complaint', mail, complaint: { complainedRecipients, timestamp, feedbackId } };
    }
    default: {
      const delivery = { timestamp, processingTimeMillis: 1, recipients: [sent.to], smtpResponse: '250 OK' };
      return { eventType: 'Delivery', mail, delivery };
    }
  }
}

async function sendEmail(call: IncomingMessage): Promise<Taken | undefined> {
  if (call.method !== 'POST' || call.url !== '/v2/email/outbound-emails') return undefined;
  const { FromEmailAddress, ConfigurationSetName, EmailTags, Destination, Content } = SendEmail.parse(
    await json(call),
  );
  const { Subject, Body, Headers } = Content.Simple;
  const id = randomUUID();
  const at = new Date();
  const to = Destination.ToAddresses.join(', ');
  const mail = {
    id,
    at: at.toISOString(),
    to,
    subject: Subject.Data,
    text: Body.Text?.Data ?? '',
    html: Body.Html?.Data ?? '',
    headers: {
      From: FromEmailAddress,
      To: to,
      Subject: Subject.Data,
      Date: at.toUTCString(),
      'Message-ID': `<${id}@localhost>`,
      ...Object.fromEntries(Headers.map(({ Name, Value }) => [Name, Value])),
    },
  };
  const tags = Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, [Value]]));
  return { mail, settings: ConfigurationSetName, tags };
}

function readKept(path: string): LocalMail[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap(readLine).reverse();
}

function readLine(line: string): LocalMail[] {
  try {
    return [LocalMail.parse(JSON.parse(line))];
  } catch {
    return []; // empty, or cut off by a kill: nobody was told that it had been sent
  }
}
