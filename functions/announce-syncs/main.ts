import { makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { ProvisionQueue } from '../../shared/store/provision-queue.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);

export const handler = makeHandler({
  events: makeEvents('announce-syncs'),
  provisions: new ProvisionQueue(makeSqs(), env.PROVISIONS_QUEUE),
});
