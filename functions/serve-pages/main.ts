import { readFileSync } from 'node:fs';
import { sftpServerIn } from '../../shared/accounts/sftp-names.ts';
import { bucketOrigin } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);

export const handler = makeHandler({
  filesOrigin: bucketOrigin(process.env, env.FILES_BUCKET),
  sftp: sftpServerIn(env),
  // The bundler puts them there.
  script: (file) => readFileSync(new URL(`./browser/${file}`, import.meta.url), 'utf8'),
  events: makeEvents('serve-pages'),
  now: () => new Date(),
}).use(traced());
