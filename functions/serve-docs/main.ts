import { sftpServerIn } from '../../shared/accounts/sftp-names.ts';
import { askVersion } from '../../shared/runtime/clamd.ts';
import { makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { countDeadLetters } from '../../shared/store/dead-letters.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const sqs = makeSqs();

export const handler = makeHandler({
  deadLetters: () => countDeadLetters(sqs, env.DEAD_LETTERS),
  scanner: env.CLAMD === '' ? undefined : () => askVersion(env.CLAMD),
  sftp: sftpServerIn(env),
  mailFrom: env.MAIL_FROM,
  events: makeEvents('serve-docs'),
  now: () => new Date(),
}).use(traced());
