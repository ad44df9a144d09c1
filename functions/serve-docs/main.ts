import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { makeHandler } from './handler.ts';

export const handler = makeHandler({ events: makeEvents('serve-docs'), now: () => new Date() }).use(traced());
