import * as z from 'zod';
import { NextPlace } from './next-place.ts';

const Of = z.strictObject({ district: z.string(), account: z.string() });

/**
 * Queue `mails`: what somebody is to hear of. A reference, never an address, a name or the secret of a link: whoever sends the mail
 * looks these up, or makes them, at that moment.
 */
export const MailMessage = z.discriminatedUnion('kind', [
  /** Somebody wrote a name into the form: who it is, if anybody, is found out where nobody waits for the answer. */
  z.strictObject({
    kind: z.literal('reset-asked'),
    /** Of the one name, as `lookupId` makes them. */
    lookups: z.strictObject({ username: z.string(), email: z.string() }),
    district: z.string().optional(),
    /** Where the reader was on their way to. */
    next: NextPlace.optional(),
    at: z.string(),
  }),
  Of.extend({ kind: z.literal('invitation'), at: z.string() }),
  Of.extend({ kind: z.literal('locked'), at: z.string() }),
  Of.extend({ kind: z.literal('password-changed'), at: z.string() }),
  /** It was good only beside a second factor, and an administrator took that away. */
  Of.extend({ kind: z.literal('password-lapsed'), at: z.string() }),
  /** Those that it comes in by over SFTP from then on; whoever reads of a key may not have been the one who put it there. */
  Of.extend({
    kind: z.literal('ssh-keys-changed'),
    at: z.string(),
    keys: z.array(z.strictObject({ fingerprint: z.string(), isNew: z.boolean() })),
  }),
  /** Something happened that the account is to hear of; `again`: of a mail that somebody asks for once more. */
  Of.extend({
    kind: z.literal('event'),
    event: z.string(),
    /** Of the event, `YYYY-MM-DD`. */
    day: z.string(),
    again: z.string().optional(),
  }),
  /** What has waited for the account until then. */
  Of.extend({ kind: z.literal('digest'), at: z.string() }),
]);
export type MailMessage = z.infer<typeof MailMessage>;
export type EventMail = Extract<MailMessage, { kind: 'event' }>;
export type DigestMail = Extract<MailMessage, { kind: 'digest' }>;
/** About the account itself. */
export type AccountMailMessage = Exclude<MailMessage, EventMail | DigestMail>;
