import { makeEvents } from '../../shared/runtime/events.ts';
import { makeHandler } from './handler.ts';

export const handler = makeHandler({ events: makeEvents('announce-syncs') });
