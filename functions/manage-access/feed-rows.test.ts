import { expect, test } from 'vitest';
import { memorySource } from '../../test/builders/feed-files.ts';
import { feed12, sourcesOf } from '../../test/builders/oneroster-feed.ts';
import { aSync } from '../../test/builders/sync.ts';
import { makeFeedRows } from './feed-rows.ts';

const sync = aSync({ format: 'oneroster-csv 1.2' });

test('of a person the own row, the roles and the enrollments are found', async () => {
  const feedRows = makeFeedRows({ openKept: async () => sourcesOf(feed12()), milliseconds: 5_000 });
  expect(await feedRows(sync, 'u2')).toEqual({
    rows: {
      user: { file: 'users.csv', row: 3, sourcedId: 'u2' },
      roles: [{ file: 'roles.csv', row: 3, sourcedId: 'r2', role: 'student', orgId: 's1' }],
      enrollments: [{ file: 'enrollments.csv', row: 3, sourcedId: 'e2', classId: 'c1' }],
    },
  });
  expect(await feedRows(sync, 'u')).toEqual({ rows: { roles: [], enrollments: [] } });
});

test.each(['gone', 'replaced'] as const)(
  'of an upload that is %s there are none, and it is said',
  async (what) => {
    const feedRows = makeFeedRows({ openKept: async () => what, milliseconds: 5_000 });
    expect(await feedRows(sync, 'u2')).toEqual({ unknown: expect.stringContaining('no rows are shown') });
  },
);

test('of a feed that is no set of files there are none', async () => {
  const feedRows = makeFeedRows({ openKept: async () => 'gone', milliseconds: 5_000 });
  const other = aSync({ format: 'clever-api' });
  expect(await feedRows(other, 'u2')).toEqual({ unknown: expect.stringContaining('clever-api') });
});

test('a look that takes too long ends without rows', async () => {
  const endless = {
    ...memorySource('users.csv', ''),
    async *stream() {
      for (;;) {
        await new Promise(setImmediate);
        yield Buffer.from('u9,\n');
      }
    },
  };
  const feedRows = makeFeedRows({ openKept: async () => [endless], milliseconds: 1 });
  expect(await feedRows(sync, 'u2')).toEqual({ unknown: expect.stringContaining('too large') });
});

test('a store that does not answer is no matter of the feed', async () => {
  const broken = new Error('down');
  const feedRows = makeFeedRows({ openKept: () => Promise.reject(broken), milliseconds: 5_000 });
  await expect(feedRows(sync, 'u2')).rejects.toThrow('down');
});
