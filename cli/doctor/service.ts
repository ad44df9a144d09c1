import type { Client, Feed, Webhook } from '../api-types.ts';
import type { ApiClient } from '../client.ts';
import { districtPath } from '../connection.ts';
import { type Finding, ok, warning } from './finding.ts';
import { daysSince } from './operation.ts';

/** What the service says of a district: feeds that are late, webhooks that are not taken, secrets that are old. */
export async function lookAtService(client: ApiClient, district: string, now: Date): Promise<Finding[]> {
  const all = async <T>(what: string): Promise<T[]> => {
    const found: T[] = [];
    for await (const one of client.list<T>(districtPath(district, what))) found.push(one);
    return found;
  };
  return [
    ok('API', client.api),
    lateness(await all<Feed>('feeds')),
    calls(await all<Webhook>('webhooks')),
    secrets(await all<Client>('clients'), district, now),
  ];
}

function lateness(feeds: readonly Feed[]): Finding {
  const late = feeds.filter((feed) => feed.late !== undefined).map(({ id }) => id);
  return late.length === 0
    ? ok('Feeds', `${feeds.length}, none is late`)
    : warning('Feeds', `late: ${late.join(', ')}`, 'Look whether the source still sends.');
}

function calls(webhooks: readonly Webhook[]): Finding {
  const bad = webhooks.filter(
    ({ disabled, failingSince }) => failingSince !== undefined || (disabled && disabled.why !== 'asked'),
  );
  return bad.length === 0
    ? ok('Webhooks', `${webhooks.length}, none fails`)
    : warning(
        'Webhooks',
        `not taken: ${bad.map(({ url }) => url).join(', ')}`,
        'See their deliveries (GET …/webhooks/{w}/deliveries), mend the receiver, and switch them on again.',
      );
}

/** Whoever left in the meantime may know it. */
const oldSecretDays = 365;

function secrets(clients: readonly Client[], district: string, now: Date): Finding {
  const old = clients.filter(
    ({ createdAt, secretSince = createdAt }) => daysSince(secretSince, now) > oldSecretDays,
  );
  return old.length === 0
    ? ok('Client secrets', `${clients.length}, none older than a year`)
    : warning(
        'Client secrets',
        `older than a year: ${old.map(({ clientId, name }) => `${clientId} (${name})`).join(', ')}`,
        `Change each at POST ${districtPath(district, 'clients')}/{client}/secrets; the old one stays good for a day.`,
      );
}
