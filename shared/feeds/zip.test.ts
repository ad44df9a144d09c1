import { describe, expect, test } from 'vitest';
import { memorySource } from '../../test/builders/feed-files.ts';
import { renamed, tampered, zipOf } from '../../test/builders/zip.ts';
import { FeedRejected } from '../errors.ts';
import { type ByteSource, defaultLimits, type Limits } from './byte-source.ts';
import { openZip } from './zip.ts';

/** The texts of a zip's files by name. */
async function contents(
  zip: Buffer | ByteSource,
  limits: Partial<Limits> = {},
): Promise<Record<string, string>> {
  const source = Buffer.isBuffer(zip) ? memorySource('feed.zip', zip) : zip;
  const read: Record<string, string> = {};
  for (const file of await openZip(source, { ...defaultLimits, ...limits })) {
    const chunks: Buffer[] = [];
    for await (const chunk of file.stream()) chunks.push(chunk);
    read[file.name] = Buffer.concat(chunks).toString();
    expect(file.size).toBe(Buffer.concat(chunks).length);
  }
  return read;
}

async function refusalOf(reading: Promise<unknown>): Promise<FeedRejected> {
  const refused: unknown = await reading.catch((error: unknown) => error);
  if (!(refused instanceof FeedRejected)) throw new Error(`It was not refused: ${refused}`);
  return refused;
}

const users = 'sourcedId\nu1\nu2\n';

describe('a zip', () => {
  test.each([{ compress: true }, { compress: false }])('gives its files, %j', async (options) => {
    const files = { 'users.csv': users, 'orgs.csv': 'é'.repeat(300_000) };
    expect(await contents(await zipOf(files, options))).toEqual(files);
  });

  test('gives the same file twice', async () => {
    const [file] = await openZip(
      memorySource('feed.zip', await zipOf({ 'users.csv': users })),
      defaultLimits,
    );
    for (let time = 0; time < 2; time += 1) {
      const chunks: Buffer[] = [];
      for await (const chunk of file?.stream() ?? []) chunks.push(chunk);
      expect(Buffer.concat(chunks).toString()).toBe(users);
    }
  });

  test('loses what macOS and editors left in it', async () => {
    const zip = await zipOf({
      'users.csv': users,
      '__MACOSX/': '',
      '__MACOSX/._users.csv': 'x',
      '._users.csv': 'x',
      '.DS_Store': 'x',
      'folder/': '',
    });
    expect(Object.keys(await contents(zip))).toEqual(['users.csv']);
  });

  test('is read with few requests, however many entries it has', async () => {
    const names = Array.from({ length: 500 }, (_, number) => [`${number}.csv`, 'x'] as const);
    const source = memorySource('feed.zip', await zipOf(Object.fromEntries(names)));
    let reads = 0;
    const counting = {
      ...source,
      read(from: number, to: number) {
        reads += 1;
        return source.read(from, to);
      },
    };
    expect(await openZip(counting, defaultLimits)).toHaveLength(500);
    expect(reads).toBeLessThan(5);
  });
});

describe('a zip is refused', () => {
  test.each([
    ['text', Buffer.from('sourcedId,name\n'.repeat(10)), 'not-a-zip'],
    ['nothing at all', Buffer.alloc(0), 'not-a-zip'],
  ])('when it is %s', async (_, bytes, code) => {
    expect(await refusalOf(contents(bytes))).toMatchObject({ code, where: { file: 'feed.zip' } });
  });

  test('when it is cut off', async () => {
    const zip = await zipOf({ 'users.csv': users });
    expect((await refusalOf(contents(zip.subarray(0, zip.length - 30)))).code).toBe('not-a-zip');
  });

  test.each([
    ['it has no entries', {}],
    ['it has only folders and system files', { 'a/': '', '__MACOSX/._x.csv': 'x' }],
  ])('when %s', async (_, entries) => {
    expect((await refusalOf(contents(await zipOf(entries)))).code).toBe('empty-zip');
  });

  test.each(['../users.csv', '/etc/pass.csv', 'a\\..\\us.csv', 'C:/users.csv', 'a/../us.csv', './users.csv'])(
    'when an entry is called %s',
    async (name) => {
      const honest = 'x'.repeat(name.length);
      const zip = renamed(await zipOf({ 'orgs.csv': 'x', [honest]: 'y' }), honest, name);
      expect((await refusalOf(contents(zip))).code).toBe('unsafe-entry-name');
    },
  );

  test('when its files are in a folder', async () => {
    const zip = await zipOf({ 'export/': '', 'export/users.csv': users, 'export/orgs.csv': 'x' });
    expect(await refusalOf(contents(zip))).toMatchObject({
      code: 'nested-folder',
      where: { file: 'export/users.csv' },
    });
  });

  test('when it has too many entries', async () => {
    const zip = await zipOf({ 'a.csv': 'x', 'b.csv': 'x', 'c.csv': 'x' });
    expect((await refusalOf(contents(zip, { entries: 2 }))).code).toBe('zip-bomb');
  });

  test('when an entry packs more than a hundredfold above 10 MB, and not below', async () => {
    const small = await zipOf({ 'users.csv': Buffer.alloc(9 * 1024 ** 2, 'a') });
    const large = await zipOf({ 'users.csv': Buffer.alloc(11 * 1024 ** 2, 'a') });
    expect(Object.keys(await contents(small))).toEqual(['users.csv']);
    expect(await refusalOf(contents(large))).toMatchObject({
      code: 'zip-bomb',
      where: { file: 'users.csv' },
    });
  });

  test('when all files together are too large', async () => {
    const zip = await zipOf({ 'a.csv': 'x'.repeat(600), 'b.csv': 'y'.repeat(600) });
    expect((await refusalOf(contents(zip, { totalBytes: 1_000 }))).code).toBe('zip-bomb');
  });

  test('when its entries claim more bytes than it has, as entries do that share them', async () => {
    const zip = tampered(await zipOf({ 'users.csv': users }), 'compressedSize', 100_000);
    expect((await refusalOf(contents(zip))).code).toBe('zip-bomb');
  });

  test.each([
    ['smaller', 'uncompressedSize', 5],
    ['larger', 'uncompressedSize', 50],
    ['of another content', 'crc32', 1],
  ] as const)('when a file turns out other than declared: %s', async (_, field, value) => {
    const zip = tampered(await zipOf({ 'users.csv': users }), field, value);
    expect(await refusalOf(contents(zip))).toMatchObject({
      code: 'zip-damaged',
      where: { file: 'users.csv' },
    });
  });

  test('when its packed bytes are damaged', async () => {
    const zip = await zipOf({ 'users.csv': users.repeat(1_000) });
    zip.fill(0xff, 45, 60);
    expect((await refusalOf(contents(zip))).code).toBe('zip-damaged');
  });

  test('when it asks for a password', async () => {
    const zip = tampered(await zipOf({ 'users.csv': users }), 'flags', 1);
    const refused = await refusalOf(contents(zip));
    expect(refused).toMatchObject({ code: 'zip-damaged' });
    expect(refused.message).toContain('password');
  });
});

test.each([0, 1])('a store that fails after %i reads is not taken for a damaged zip', async (reads) => {
  const source = memorySource('feed.zip', await zipOf({ 'users.csv': users.repeat(50_000) }));
  let left = reads;
  const failing = {
    ...source,
    read: async (from: number, to: number) => {
      if (left === 0) throw new Error('the store is away');
      left -= 1;
      return source.read(from, to);
    },
  };
  await expect(contents(failing)).rejects.toThrow('the store is away');
});
