import { makeDynamo } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { Uploads } from '../../shared/store/uploads.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);

export const handler = makeHandler({
  uploads: new Uploads(makeDynamo(), env.SYNCS_TABLE),
  events: makeEvents('receive-upload'),
  now: () => new Date(),
});
