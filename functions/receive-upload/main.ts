import { makeDynamo } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { DynamoDueTimes } from '../../shared/store/due-times.ts';
import { Feeds } from '../../shared/store/feeds.ts';
import { Uploads } from '../../shared/store/uploads.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);

export const handler = makeHandler({
  uploads: new Uploads(dynamo, env.SYNCS_TABLE),
  feeds: new Feeds(dynamo, env.SYNCS_TABLE),
  due: new DynamoDueTimes(dynamo, env.SYNCS_TABLE),
  events: makeEvents('receive-upload'),
  now: () => new Date(),
});
