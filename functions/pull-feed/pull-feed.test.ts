import { describe, expect, test } from 'vitest';
import {
  type Pull,
  type Pulled,
  type PullOptions,
  PullRejected,
  VendorUnavailable,
} from '../../shared/feeds/pulling.ts';
import type { Feed } from '../../shared/messages/districts.ts';
import { startPull } from '../../shared/roster/pull-desk.ts';
import type { FeedPull } from '../../shared/roster/pulls.ts';
import { defaultRemoval } from '../../shared/roster/season.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import { cancelSync, withoutFeed } from '../../shared/roster/sync-desk.ts';
import type { StoredUpload } from '../../shared/store/uploads.ts';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import { memoryDueTimes } from '../../test/builders/due-times.ts';
import { recordingEvents } from '../../test/builders/http-event.ts';
import { aPulledFeed } from '../../test/builders/pulled-feed.ts';
import { pullFeed } from './pull-feed.ts';

const district = 'd-1';
const secret = { origin: 'https://sis.example.org', credentials: { token: 'hush-hush' } };

/** What the vendor does at one pull. */
type Step = {
  mode?: Pull['mode'];
  items?: Pulled[];
  cursor?: Record<string, string>;
  error?: Error;
  /** Once the first item has come. */
  meanwhile?: () => Promise<unknown>;
};

const users = (...ids: string[]): Pulled[] => ids.map((id) => ({ collection: 'users', item: { id } }));

/** The pipeline over stores in memory; what is pulled is planned by the shipped planner as a roster of the ids. */
function world() {
  const calm = new CalmWorld();
  const steps: Step[] = [];
  const asked: PullOptions[] = [];
  const files = new Map<string, string>();
  const uploads: StoredUpload[] = [];
  const sent: string[] = [];
  const origins: string[][] = [];
  const events = recordingEvents();
  let feed: Feed | undefined = aPulledFeed();
  let kept: typeof secret | undefined = secret;
  const pulls = {
    pull: async (_: string, syncId: string, seconds = 0) => void sent.push(`${syncId} ${seconds}`),
  };
  const deps: Parameters<typeof pullFeed>[0] = {
    ledger: calm.ledger,
    queues: calm.queues,
    pulls,
    now: calm.now,
    feed: async () => feed,
    secret: async () => kept,
    http: (reached) => {
      origins.push([...reached]);
      return () => Promise.reject(new Error('the vendor of this test needs no client'));
    },
    pullers: [
      {
        format: 'oneroster-rest',
        origins: ['https://login.example.org'],
        pull: async (options) => {
          asked.push(options);
          const step = steps.shift() ?? {};
          if (step.error !== undefined) throw step.error;
          const mode = step.mode ?? 'full';
          return { mode, items: itemsOf(step), end: () => (step.cursor ? { cursor: step.cursor } : {}) };
        },
      },
    ],
    write: ({ uploadId, fileName }) => memoryWriter(files, `${uploadId}/${fileName}`),
    uploads: { create: async (_, upload) => void uploads.push(upload) },
    due: memoryDueTimes(),
    events,
  };

  async function* itemsOf({ items = [], meanwhile }: Step) {
    for (const [at, item] of items.entries()) {
      yield item;
      if (at === 0) await meanwhile?.();
    }
  }

  const start = (more: object = {}) =>
    startPull(
      { ...deps, pulls },
      {
        ...{ district, syncId: calm.nextId(), feed: 'api', feedFormat: 'oneroster-rest', fullEveryDays: 7 },
        ...{ dryRun: false, requestedBy: 'test', ...withoutFeed, removal: defaultRemoval },
        ...more,
      },
    );
  const look = async (syncId: string): Promise<Sync> => {
    const sync = (await calm.ledger.sync(district, syncId))?.value;
    if (sync === undefined) throw new Error(`no sync ${syncId}`);
    return sync;
  };
  const ofFeed = async (): Promise<FeedPull> => (await calm.ledger.lane(district)).value.pulls?.api ?? {};

  /** A pull of the step, and its sync to its end. */
  async function run(step: Step, more: object = {}): Promise<Sync> {
    steps.push(step);
    const { syncId } = await start(more);
    await pullFeed(deps, { district, syncId });
    calm.give(syncId, {
      orgs: [school],
      users: (step.items ?? []).map(({ item }) => person((item as { id: string }).id, ['teacher'])),
    });
    await calm.deliver();
    return look(syncId);
  }

  return {
    ...{ calm, deps, steps, asked, files, uploads, sent, origins, events, start, look, ofFeed, run },
    setFeed: (changed: Feed | undefined) => {
      feed = changed;
    },
    setSecret: (changed: typeof secret | undefined) => {
      kept = changed;
    },
  };
}

function memoryWriter(files: Map<string, string>, key: string) {
  let text = '';
  return {
    get size() {
      return Buffer.byteLength(text);
    },
    append: (more: string) => {
      text += more;
      return undefined;
    },
    close: async () => {
      files.set(key, text);
      return `tag-${key}`;
    },
    abort: async () => {},
  };
}

describe('a pull', () => {
  test('becomes an upload of JSON lines, whose sync is applied', async () => {
    const { run, files, uploads, origins, asked, events } = world();
    const sync = await run({ items: users('a', 'b'), cursor: { since: '1' } });
    expect(sync).toMatchObject({ state: 'applied', counts: { users: { created: 2 } } });
    expect(uploads).toHaveLength(1);
    expect(uploads[0]).toMatchObject({ uploadId: sync.uploadId, feed: 'api', sync: { syncId: sync.syncId } });
    const texts = Object.fromEntries([...files].map(([key, text]) => [key.split('/')[1], text]));
    expect(texts['users.jsonl']).toBe('{"id":"a"}\n{"id":"b"}\n');
    expect(JSON.parse(texts['pull.jsonl'] ?? '')).toEqual({
      ...{ format: 'oneroster-rest', mode: 'full', counts: { users: 2 } },
      pulledAt: '2026-11-20T07:00:00.000Z',
    });
    expect(origins).toEqual([['https://sis.example.org', 'https://login.example.org']]);
    expect(asked[0]?.since).toBeUndefined();
    expect(events.told.pulls).toEqual(['pulled 2']);
  });

  test('goes on from the last one once that is applied', async () => {
    const { run, asked, ofFeed } = world();
    await run({ items: users('a'), cursor: { since: '1' } });
    await run({ mode: 'delta', items: users('a'), cursor: { since: '2' } });
    await run({ mode: 'delta', items: users('a'), cursor: { since: '3' } });
    expect(asked.map(({ since }) => since)).toEqual([undefined, { since: '1' }, { since: '2' }]);
    expect((await ofFeed()).mark).toEqual({ cursor: { since: '3' }, fullAt: '2026-11-20T07:00:00.000Z' });
  });

  test('is a full one after a week, and where somebody asks for it', async () => {
    const { run, asked, calm } = world();
    await run({ items: users('a'), cursor: { since: '1' } });
    await run({ items: users('a'), cursor: { since: '2' } }, { full: true });
    calm.passDays(6);
    await run({ mode: 'delta', items: users('a'), cursor: { since: '3' } });
    calm.passDays(1);
    await run({ items: users('a'), cursor: { since: '4' } });
    expect(asked.map(({ since }) => since)).toEqual([undefined, undefined, { since: '2' }, undefined]);
  });

  test('goes on from before what is held, and everything is pulled after what was cancelled', async () => {
    const { run, asked, calm } = world();
    await run({ items: users('a'), cursor: { since: '1' } });
    const held = await run(
      { mode: 'delta', items: users('a', 'b'), cursor: { since: '2' } },
      { dryRun: true },
    );
    expect(held.state).toBe('held');
    const next = await run(
      { mode: 'delta', items: users('a', 'c'), cursor: { since: '3' } },
      { dryRun: true },
    );
    await cancelSync(calm, { district, syncId: next.syncId, by: 'test' });
    await run({ items: users('a', 'b', 'c'), cursor: { since: '4' } });
    expect(asked.map(({ since }) => since)).toEqual([undefined, { since: '1' }, { since: '1' }, undefined]);
  });

  test('is a full one after the roster came in another way', async () => {
    const { run, asked, calm } = world();
    await run({ items: users('a'), cursor: { since: '1' } });
    await calm.syncRoster({ orgs: [school], users: [person('z', [])] }, { feed: 'api' });
    await run({ items: users('a'), cursor: { since: '2' } });
    expect(asked.at(-1)?.since).toBeUndefined();
  });

  test('without anything new ends its sync, and moves on', async () => {
    const { run, uploads, ofFeed } = world();
    await run({ items: users('a'), cursor: { since: '1' } });
    const sync = await run({ mode: 'delta', cursor: { since: '2' } });
    expect(sync).toMatchObject({ state: 'applied', pull: { unchanged: true } });
    expect(sync.plan).toBeUndefined();
    expect(uploads).toHaveLength(1);
    expect(await ofFeed()).toMatchObject({ last: { state: 'unchanged' }, mark: { cursor: { since: '2' } } });
  });
});

describe('what comes twice', () => {
  test('a message that is delivered again makes no second sync', async () => {
    const { run, deps, uploads, look } = world();
    const sync = await run({ items: users('a') });
    await pullFeed(deps, { district, syncId: sync.syncId });
    expect(uploads).toHaveLength(1);
    expect(await look(sync.syncId)).toEqual(sync);
  });

  test('a message that comes while somebody is at it does nothing', async () => {
    const { deps, steps, start, asked, look } = world();
    const { syncId } = await start();
    steps.push({ items: users('a'), meanwhile: () => pullFeed(deps, { district, syncId }) });
    await pullFeed(deps, { district, syncId });
    expect([asked.length, (await look(syncId)).pull?.tries]).toEqual([1, 1]);
  });

  test('a try that was taken for lost is overtaken by the next, and hands over nothing', async () => {
    const { calm, deps, steps, start, look, uploads } = world();
    const { syncId } = await start();
    steps.push({
      items: users('slow'),
      meanwhile: async () => {
        calm.pass(21 * 60_000);
        await pullFeed(deps, { district, syncId });
        // The clock of whoever is slow stands still with it.
        calm.pass(-21 * 60_000);
      },
    });
    steps.push({ items: users('fast') });
    await pullFeed(deps, { district, syncId });
    const sync = await look(syncId);
    const given = uploads.find(({ uploadId }) => uploadId === sync.uploadId);
    expect([uploads.length, given === uploads[0], sync.pull?.tries]).toEqual([2, true, 2]);
  });

  test('a feed that is being pulled is not pulled beside it', async () => {
    const { start } = world();
    const { syncId } = await start();
    await expect(start()).rejects.toMatchObject({ code: 'already-pulling', detail: { syncId } });
  });

  test('a pull that is cancelled makes way, and hands over nothing', async () => {
    const { calm, deps, steps, start, look, ofFeed, uploads } = world();
    const { syncId } = await start();
    steps.push({ items: users('a'), meanwhile: () => cancelSync(calm, { district, syncId, by: 'test' }) });
    await pullFeed(deps, { district, syncId });
    expect(await look(syncId)).toMatchObject({ state: 'cancelled' });
    expect((await look(syncId)).uploadId).toBeUndefined();
    expect(await ofFeed()).toMatchObject({ last: { state: 'failed' } });
    expect(uploads).toHaveLength(1);
    await start();
  });
});

describe('a pull that fails', () => {
  test('for a vendor that does not answer is tried again, ever later, and then given up', async () => {
    const { calm, deps, steps, start, look, sent, ofFeed, events } = world();
    const { syncId } = await start();
    for (let attempt = 1; attempt <= 6; attempt++) {
      steps.push({ error: new VendorUnavailable('sis.example.org answered with status 503.') });
      await pullFeed(deps, { district, syncId });
      if (attempt === 1) {
        expect(await look(syncId)).toMatchObject({ state: 'queued' });
        expect((await ofFeed()).last).toMatchObject({
          state: 'waiting',
          message: 'sis.example.org answered with status 503.',
        });
      }
      calm.pass(900_000);
    }
    expect(sent).toEqual([0, 60, 180, 540, 900, 900].map((seconds) => `${syncId} ${seconds}`));
    expect(await look(syncId)).toMatchObject({ state: 'failed' });
    expect(await ofFeed()).toMatchObject({ last: { state: 'failed' } });
    expect((await ofFeed()).running).toBeUndefined();
    expect(events.told.pulls.at(-1)).toBe('failed vendor-unavailable');
  });

  test('for good is rejected and told, without what the feed signs in with', async () => {
    const { run, ofFeed, events } = world();
    const error = new PullRejected('vendor-refused', 'The token hush-hush is not known.', 'Renew hush-hush.');
    const sync = await run({ error });
    expect(sync).toMatchObject({
      state: 'rejected',
      rejection: { code: 'vendor-refused', message: 'The token … is not known.', hint: 'Renew ….' },
    });
    expect((await ofFeed()).last).toMatchObject({ state: 'rejected', message: 'The token … is not known.' });
    expect(events.told.pulls).toEqual(['rejected vendor-refused']);
  });

  test('half way leaves the roster, and no upload', async () => {
    const { run, uploads, calm } = world();
    await run({ items: users('a') });
    const sync = await run({
      items: users('a'),
      meanwhile: () =>
        Promise.reject(new PullRejected('vendor-paging', 'A page comes twice.', 'Tell the vendor.')),
    });
    expect([sync.state, uploads.length]).toEqual(['rejected', 1]);
    expect(calm.seen('roster\tusers\ta')).toBeDefined();
  });

  test('to end within the time of a function says so', async () => {
    const { run, calm } = world();
    const sync = await run({ items: users('a', 'b'), meanwhile: async () => calm.pass(15 * 60_000) });
    expect(sync.rejection).toMatchObject({ code: 'pull-too-long' });
  });

  test.each(['other server', 'gone'])(
    'for a secret that is of an%s is rejected, and nobody is asked',
    async (kind) => {
      const { run, asked, setSecret } = world();
      setSecret(kind === 'gone' ? undefined : { ...secret, origin: 'https://thief.example.org' });
      expect((await run({})).rejection).toMatchObject({ code: 'vendor-refused' });
      expect(asked).toEqual([]);
    },
  );

  test('for settings that changed meanwhile is rejected', async () => {
    const { run, setFeed } = world();
    setFeed(aPulledFeed({ format: 'oneroster-csv', source: 'upload' }));
    expect((await run({})).rejection).toMatchObject({ code: 'vendor-address' });
  });

  test.each([[{ collection: 'a/b', item: {} }], [{ collection: 'pull', item: {} }]])(
    'by a bug of a puller (%j) is not taken for the vendor',
    async (item) => {
      const { deps, steps, start } = world();
      steps.push({ items: [item] });
      const { syncId } = await start();
      await expect(pullFeed(deps, { district, syncId })).rejects.toThrow('no file may have');
    },
  );
});
