import type { Feed, Webhook } from '../api-types.ts';
import type { ApiClient } from '../client.ts';
import { districtPath } from '../connection.ts';
import { type Finding, ok, warning } from './finding.ts';

/** What the service says of a district: feeds that are late, webhooks that are not taken. */
export async function lookAtService(client: ApiClient, district: string): Promise<Finding[]> {
  const late: string[] = [];
  let feeds = 0;
  for await (const feed of client.list<Feed>(districtPath(district, 'feeds'))) {
    feeds += 1;
    if (feed.late !== undefined) late.push(feed.id);
  }
  const webhooks: Webhook[] = [];
  for await (const webhook of client.list<Webhook>(districtPath(district, 'webhooks')))
    webhooks.push(webhook);
  const bad = webhooks.filter(
    ({ disabled, failingSince }) => failingSince !== undefined || (disabled && disabled.why !== 'asked'),
  );
  return [
    ok('API', client.api),
    late.length === 0
      ? ok('Feeds', `${feeds}, none is late`)
      : warning('Feeds', `late: ${late.join(', ')}`, 'Look whether the source still sends.'),
    bad.length === 0
      ? ok('Webhooks', `${webhooks.length}, none fails`)
      : warning('Webhooks', `not taken: ${bad.map(({ url }) => url).join(', ')}`, 'See their deliveries.'),
  ];
}
