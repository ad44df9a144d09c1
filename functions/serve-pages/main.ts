import { readFileSync } from 'node:fs';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { makeHandler } from './handler.ts';

export const handler = makeHandler({
  // The bundler puts them there.
  script: (file) => readFileSync(new URL(`./browser/${file}`, import.meta.url), 'utf8'),
  events: makeEvents('serve-pages'),
  now: () => new Date(),
}).use(traced());
