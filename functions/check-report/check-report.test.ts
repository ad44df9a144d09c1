import { describe, expect, test } from 'vitest';
import type { Report } from '../../shared/reports/report.ts';
import type { Scan } from '../../shared/runtime/clamd.ts';
import { CheckWorld, district, sha256Of } from '../../test/builders/check-world.ts';
import { aFeed } from '../../test/builders/feed.ts';
import { feedZip } from '../../test/builders/feed-zip.ts';
import { feed11 } from '../../test/builders/oneroster-feed.ts';
import { renamed, zipOf } from '../../test/builders/zip.ts';
import { checkReport } from './check-report.ts';

const message = { district, report: '01K0000000000000000000000A' };
const sftp = aFeed({ source: 'sftp' });
const roster = await feedZip(feed11());

const graduate = (id: number, born = '20080229') =>
  `PD3\tNO SSN\tAda\t\tByron\t\t\t\t${born}\t${id}\tRegular Diploma\t20260612\tN\tNorth\t012345${'\t'.repeat(12)}\tED`;
const graduates = (rows: string[]) =>
  [`PH3\t1\tNorth\tP\t20261122\t2026`, ...rows, `PT3\t${rows.length + 2}`, ''].join('\r\n');

async function checked(content: Buffer | string, report: Partial<Report> = {}, feeds = [sftp]) {
  const world = new CheckWorld({ content: Buffer.from(content), report, feeds });
  await checkReport(world.deps, message);
  return world;
}
const codesOf = ({ report }: CheckWorld) => report.problems?.map(({ code }) => code);

describe('a roster feed', () => {
  test('becomes an upload and a sync of the feed that takes it, under the name of whoever brought it', async () => {
    const world = await checked(roster);
    expect(world.report).toMatchObject({
      ...{ state: 'accepted', kind: 'roster-feed', size: roster.length, sha256: sha256Of(roster) },
      problemCount: 0,
    });
    const [sync] = [...world.syncs.values()];
    expect(sync?.value).toMatchObject({
      syncId: world.report.sync,
      feed: 'sis',
      dryRun: false,
      requestedBy: 'acc-1',
    });
    expect([...world.uploads.values()]).toMatchObject([
      {
        feed: 'sis',
        by: 'acc-1',
        sync: { syncId: world.report.sync },
        files: [{ sha256: sha256Of(roster) }],
      },
    ]);
    expect([world.plans, world.copies]).toEqual([
      [world.report.sync],
      [expect.stringMatching(/^uploads\/d-1\//)],
    ]);
    expect(world.events).toMatchObject([
      {
        ...{ kind: 'report.uploaded', account: 's1', by: 'acc-1', sync: world.report.sync },
        facts: { outcome: 'accepted', kind: 'roster-feed', folder: 'upload', problems: 0 },
      },
    ]);
    expect(world.lines).toMatchObject([{ what: 'accepted', why: 'not scanned' }]);
  });

  test('of somebody who may import none is refused, and nothing is synced', async () => {
    const world = new CheckWorld({ content: roster, feeds: [sftp] });
    world.allowed = false;
    await checkReport(world.deps, message);
    expect([codesOf(world), world.report.state, world.syncs.size]).toEqual([['not-permitted'], 'refused', 0]);
  });

  test.each([
    ['no feed takes', [aFeed()], 'no-feed'],
    ['only a feed of another format takes', [aFeed({ source: 'sftp', format: 'sds-csv' })], 'no-feed'],
    ['two feeds take', [sftp, { ...sftp, id: 'other' }], 'feed-ambiguous'],
  ])('that %s is refused', async (_, feeds, code) => {
    const world = await checked(roster, {}, feeds);
    expect([codesOf(world), world.uploads.size]).toEqual([[code], 0]);
  });

  test('in the folder for tests is read to its end, and never synced', async () => {
    const world = await checked(roster, { folder: 'test' });
    expect([world.report.state, world.report.sync, world.uploads.size]).toEqual(['checked', undefined, 0]);
    expect(world.events[0]?.facts).toMatchObject({ outcome: 'checked', kind: 'roster-feed' });
  });
});

describe('a StudentTracker file', () => {
  const at = { fileName: 'graduates.txt' };

  test('without an error is accepted', async () => {
    const world = await checked(graduates([graduate(1)]), at);
    expect([world.report.state, world.report.kind]).toEqual(['accepted', 'studenttracker-graduates']);
  });

  test('with errors is refused, the first hundred told and all of them written', async () => {
    const rows = Array.from({ length: 150 }, (_, id) => graduate(id, '29.2.2008'));
    const world = await checked(graduates(rows), at);
    expect(world.report).toMatchObject({ state: 'refused', problemCount: 150 });
    expect(world.report.problems).toHaveLength(100);
    expect(world.csv.trimEnd().split('\r\n')).toHaveLength(151);
    expect(world.report.problems?.[0]).toMatchObject({
      line: 2,
      column: 'I (date of birth)',
      code: 'bad-date',
    });
    const told = JSON.stringify([world.report.problems, world.lines, world.events]) + world.csv;
    for (const personal of ['Byron', '29.2.2008']) expect(told).not.toContain(personal);
  });

  test('in the folder for tests is never accepted', async () => {
    const world = await checked(graduates([graduate(1)]), { ...at, folder: 'test' });
    expect([world.report.state, world.events[0]?.facts.outcome]).toEqual(['checked', 'checked']);
  });

  test.each([
    ['with commas', graduates([graduate(1)]).replaceAll('\t', ','), ['not-tab-delimited']],
    ['in Latin-1', Buffer.from(graduates([graduate(1).replace('Ada', 'Zoë')]), 'latin1'), ['not-utf8']],
  ])('%s is refused', async (_, content, codes) => {
    expect(codesOf(await checked(content, at))).toEqual(codes);
  });
});

const zipBomb = await zipOf({ 'users.csv': Buffer.alloc(30 * 1024 ** 2, 'a') }, { compress: true });
const traversal = renamed(await zipOf({ 'aaaaaaa.csv': 'x' }), 'aaaaaaa.csv', '../../x.csv');
const nested = await zipOf({ 'a.zip': roster });
const utf16 = Buffer.from('\ufeffsourcedId,status\n1,active\n', 'utf16le');

describe('what else comes', () => {
  test.each<[string, Buffer | string, string, string]>([
    ['nothing', '', 'a.csv', 'empty'],
    ['a zip that unpacks to a hundred times its size', zipBomb, 'a.zip', 'zip-bomb'],
    ['a zip that leads out of its folder', traversal, 'a.zip', 'unsafe-entry-name'],
    ['a zip in a zip', nested, 'a.zip', 'nested-archive'],
    ['a zip with something cut off', roster.subarray(0, roster.length - 40), 'a.zip', 'not-a-zip'],
    ['a zip called CSV', roster, 'users.csv', 'type-mismatch'],
    ['text called zip', 'a,b\n1,2\n', 'a.zip', 'type-mismatch'],
    ['a PDF called CSV', '%PDF-1.7\n%âãÏÓ\n1 0 obj', 'users.csv', 'type-mismatch'],
    ['a PDF', '%PDF-1.7\n1 0 obj', 'a.pdf', 'unknown-kind'],
    ['a program', Buffer.from('MZ\x90\x00\x03\x00\x00\x00', 'latin1'), 'a.exe', 'unknown-kind'],
    ['text that ends as a zip', Buffer.concat([Buffer.from('a,b\n1,2\n'), roster]), 'a.csv', 'type-mismatch'],
    ['UTF-16', utf16, 'users.csv', 'not-utf8'],
    ['UTF-16 without a mark', utf16.subarray(2), 'users.csv', 'not-utf8'],
    ['NUL bytes in text', 'a,b\n\0,2\n', 'users.csv', 'type-mismatch'],
    ['a table of something', 'a,b\n1,2\n', 'users.csv', 'unknown-kind'],
    ['a formula', '=cmd|calc!A1\n', 'notes.txt', 'unknown-kind'],
  ])('%s is refused', async (_, content, fileName, code) => {
    const world = await checked(content, { fileName });
    expect([codesOf(world), world.report.state]).toEqual([[code], 'refused']);
    expect(world.report.problems?.[0]?.hint).toBeTruthy();
    expect([world.events.length, world.syncs.size, world.copies.length]).toEqual([1, 0, 0]);
  });

  test('a file that is not the one whose SHA-256 was given is refused', async () => {
    expect(codesOf(await checked(roster, { sha256: sha256Of(Buffer.from('x')) }))).toEqual(['checksum']);
    expect((await checked(roster, { sha256: sha256Of(roster).toUpperCase() })).report.state).toBe('accepted');
  });

  test('what the scanner finds is quarantined, and taken away from where it was put', async () => {
    const scan: Scan = async (content) => {
      for await (const _ of content);
      return { kind: 'found', signature: 'Eicar-Signature' };
    };
    const world = new CheckWorld({ content: roster, feeds: [sftp], report: { folder: 'test' } });
    await checkReport({ ...world.deps, scan }, message);
    expect([world.report.state, world.taken]).toEqual(['quarantined', [world.report.id]]);
    expect(world.lines).toMatchObject([{ what: 'quarantined', why: 'malware, scanned: Eicar-Signature' }]);
    expect(world.events[0]?.facts.outcome).toBe('quarantined');
  });

  test('what the scanner could not look into is quarantined, too', async () => {
    const world = new CheckWorld({ content: roster, feeds: [sftp] });
    await checkReport(
      {
        ...world.deps,
        scan: async (content) => {
          for await (const _ of content);
          return { kind: 'too-large' };
        },
      },
      message,
    );
    expect([world.report.state, codesOf(world), world.taken]).toEqual([
      'quarantined',
      ['too-large-to-scan'],
      [world.report.id],
    ]);
    expect(world.lines).toMatchObject([{ why: 'too-large-to-scan, not scanned' }]);
  });
});

describe('whatever stops it, and however often it is told', () => {
  test('a report that was looked at already is left alone', async () => {
    const world = await checked(roster, { state: 'refused' });
    expect([world.events, world.syncs.size]).toEqual([[], 0]);
  });

  test('a crash before or after any write leaves one state, one line, one event and one sync', async () => {
    for (const content of [roster, Buffer.from('')]) {
      let stops = Number.POSITIVE_INFINITY;
      for (let stopAt = 1; stopAt <= stops + 1; stopAt += 1) {
        const world = new CheckWorld({ content, feeds: [sftp] });
        let calls = 0;
        world.crashing = () => {
          calls += 1;
          if (calls === stopAt) throw new Error('crash');
        };
        await checkReport(world.deps, message).catch(() => undefined);
        if (calls < stopAt) stops = stopAt - 1;
        await checkReport(world.deps, message);
        expect([stopAt, ...outcomesOf(world)]).toEqual([stopAt, 1, 1, content === roster ? 1 : 0]);
      }
    }
  });

  test.each(Array.from({ length: 200 }, (_, seed) => seed + 1))(
    'deliveries at once with random ends, seed %i',
    async (seed) => {
      const world = new CheckWorld({ content: roster, feeds: [sftp] });
      const random = randomOf(seed);
      let kills = 6;
      world.crashing = () => {
        if (kills > 0 && random() < 0.2) {
          kills -= 1;
          throw new Error('crash');
        }
      };
      const deliver = () =>
        checkReport(world.deps, message).then(
          () => true,
          () => false,
        );
      for (let round = 0; round < 10; round += 1) await Promise.all([deliver(), deliver()]);
      expect(outcomesOf(world)).toEqual([1, 1, 1]);
      expect(world.report).toMatchObject({ state: 'accepted', revision: 2 });
      expect([...world.uploads.values()].map(({ sync }) => sync?.syncId)).toEqual([world.report.sync]);
    },
  );
});

function outcomesOf({ lines, events, syncs }: CheckWorld): number[] {
  return [lines.length, events.length, syncs.size];
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
