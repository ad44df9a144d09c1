import type { Include } from '../oneroster-csv/tables.ts';
import { type Pull, type PullCursor, type Puller, type PullOptions, PullRejected } from '../pulling.ts';
import { Page, readAnswer, unexpected } from './answers.ts';
import { CleverApi } from './api.ts';
import { Changes } from './changes.ts';
import { deltaLines, hasContacts, lineIn, lookUpsOf, maxLookUps } from './delta.ts';
import { type CleverObject, type Collection, collections, District, objects, stripped } from './objects.ts';
import { allOf } from './pages.ts';

/** Clever keeps events for so long. */
const windowDays = 30;
/** Events may be missing; what a full pull finds is right. */
const fullAfterDays = 7;
const dayMs = 24 * 3_600_000;

/** States in which Clever's data stands still or is not there yet. Source: v3.1.yml, `District.state`. */
const still: Readonly<Record<string, string>> = {
  paused: 'has paused its sharing, so that its data stands still',
  pending: 'has not sent Clever any data yet',
  error: 'has a failed sync in Clever, so that its data is of unknown age',
};

type Cursor = { event?: string; at: string; fullAt: string };

/**
 * Clever's Data API, version 3.0 or 3.1. A first pull notes the last event, pulls everything, and later ones go on from that event, so that
 * what changes meanwhile comes once more rather than never. Applying an event again changes nothing.
 */
export const pullClever: Puller = async (options) => {
  const api = await CleverApi.open(options);
  const district = await districtOf(api);
  const why = fullReason(options);
  const changes = why === undefined ? await changesSince(api, options.since) : why;
  return typeof changes === 'string'
    ? fullPull(api, district, { ...options, why: options.since === undefined ? undefined : changes })
    : deltaPull(api, district, { ...options, changes });
};

async function districtOf(api: CleverApi): Promise<CleverObject<'districts'>> {
  const answer = await api.get(api.at('/districts'));
  const { data } = readAnswer(Page, answer, '/districts');
  const [only, ...others] = data;
  if (only === undefined || others.length > 0)
    throw unexpected('/districts', `with ${data.length} districts`);
  const district = District.parse(only.data);
  const state = still[district.state ?? ''];
  if (state === undefined) return district;
  throw new PullRejected(
    'vendor-paused',
    `The district ${state} (state ${district.state}).`,
    'Nothing was changed, and nobody loses anything. It is pulled again once Clever shows the district as running.',
  );
}

function fullReason({ since, now }: PullOptions): string | undefined {
  if (since === undefined) return 'the first pull';
  const { event, at, fullAt } = since;
  if (event === undefined || at === undefined) return 'no event to go on from';
  if (now().getTime() - Date.parse(at) > windowDays * dayMs)
    return `the last pull is over ${windowDays} days old`;
  if (fullAt === undefined || now().getTime() - Date.parse(fullAt) > fullAfterDays * dayMs)
    return `the last full pull is over ${fullAfterDays} days old`;
  return undefined;
}

type Since = { changes: Changes; areContacts: boolean; last: string };

/** In words, why only a full pull would do. */
async function changesSince(api: CleverApi, since: PullCursor | undefined): Promise<Since | string> {
  const event = since?.event ?? '';
  if ((await api.one(`/events/${encodeURIComponent(event)}`)) === undefined)
    return 'Clever does not have the last event any more';
  const changes = new Changes();
  let last = event;
  for await (const { id, data } of allOf(api, '/events', { starting_after: event })) {
    changes.add(data);
    if (changes.unsure !== undefined) return changes.unsure;
    last = id;
  }
  const areContacts = changes.relatives.size > 0 && (await hasContacts(api));
  return lookUpsOf({ changes, areContacts }) > maxLookUps
    ? 'too many changes'
    : { changes, areContacts, last };
}

type FullOptions = PullOptions & { why: string | undefined };

async function fullPull(
  api: CleverApi,
  district: CleverObject<'districts'>,
  { include = {}, now, why }: FullOptions,
): Promise<Pull> {
  const event = await lastEvent(api);
  const at = now().toISOString();
  async function* items() {
    for (const collection of collections) {
      if (collection === 'districts') continue;
      for await (const { data } of allOf(api, `/${collection}`)) {
        yield lineIn(collection, { data: kept(collection, data, include) });
      }
    }
    yield lineIn('districts', { data: district });
  }
  const cursor: Cursor = { ...(event === undefined ? {} : { event }), at, fullAt: at };
  return { mode: 'full', items: items(), end: () => ({ cursor }), ...(why === undefined ? {} : { why }) };
}

async function deltaPull(
  api: CleverApi,
  district: CleverObject<'districts'>,
  { include = {}, now, since, changes: { changes, areContacts, last } }: PullOptions & { changes: Since },
): Promise<Pull> {
  const at = now().toISOString();
  async function* items() {
    yield* deltaLines(api, { changes, include, areContacts });
    yield lineIn('districts', { data: district });
  }
  const cursor: Cursor = { event: last, at, fullAt: since?.fullAt ?? at };
  return { mode: 'delta', items: items(), end: () => ({ cursor }) };
}

/** Before anything else is pulled. `undefined` where the district has none, or the application has not asked Clever for events. */
async function lastEvent(api: CleverApi): Promise<string | undefined> {
  const answer = await api.get(api.at('/events', { ending_before: 'last', limit: '1' }));
  if (answer.status === 403 || answer.status === 404) return undefined;
  const { data } = readAnswer(Page, answer, '/events');
  const last = data.at(-1)?.data;
  return last !== null && typeof last === 'object' && 'id' in last ? String(last.id) : undefined;
}

function kept(collection: Collection, data: unknown, include: Include): CleverObject<Collection> {
  const object = objects[collection].safeParse(data);
  if (!object.success) throw unexpected(`/${collection}`, 'with an object of another form');
  return collection === 'users' ? stripped(objects.users.parse(data), include) : object.data;
}
