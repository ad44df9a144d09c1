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
 */
export async function startSes(dataDir: string): Promise<MailEngine> {
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
    appendFileSync(path, `${JSON.stringify(answer)}\n`);
    kept.unshift(answer);
    reply.writeHead(200, { 'content-type': 'application/json' });
    reply.end(JSON.stringify({ MessageId: answer.id }));
  });
  return { ...engine, mails: () => kept };
}

async function sendEmail(call: IncomingMessage): Promise<LocalMail | undefined> {
  if (call.method !== 'POST' || call.url !== '/v2/email/outbound-emails') return undefined;
  const { FromEmailAddress, Destination, Content } = SendEmail.parse(await json(call));
  const { Subject, Body, Headers } = Content.Simple;
  const id = randomUUID();
  const at = new Date();
  const to = Destination.ToAddresses.join(', ');
  return {
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
