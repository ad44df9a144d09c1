import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextLink } from './next-link.ts';
import { type Page, readPages } from './read-pages.ts';

type Asked = { offset: number; limit: number; url: URL };

/** Reads what `answer` gives, and how often it was asked. */
async function read(answer: (asked: Asked, at: number) => Page | undefined, limit = 10) {
  let calls = 0;
  const held = await readPages({
    ...{ name: 'users', url: new URL('https://sis.test/users'), limit },
    idOf: ({ id }) => (typeof id === 'string' ? id : undefined),
    keep: ({ id }) => id,
    async get(url) {
      const offset = Number(url.searchParams.get('offset'));
      if (calls > 1_000) throw new Error('it loops');
      return answer({ offset, limit: Number(url.searchParams.get('limit')), url }, calls++);
    },
  });
  return { ids: [...held.items()], calls };
}

const people = (count: number) => Array.from({ length: count }, (_, at) => ({ id: `u${at}` }));
const next = (url: URL, offset: number) => new URL(`/users?offset=${offset}&limit=3`, url);

describe('any server that pages as it may', () => {
  const servers = fc.record({
    count: fc.integer({ min: 0, max: 60 }),
    limit: fc.integer({ min: 1, max: 25 }),
    max: fc.integer({ min: 1, max: 25 }),
    order: fc.infiniteStream(fc.nat()),
    saysTotal: fc.boolean(),
    says: fc.constantFrom('nothing', 'next', 'cursor', 'next after the last', 'next on empty pages'),
  });

  test('gives every object exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(servers, async ({ count, limit, max, order, saysTotal, says }) => {
        const ranked = people(count).map((one) => ({ one, rank: order.next().value ?? 0 }));
        const all = ranked.sort((a, b) => a.rank - b.rank).map(({ one }) => one);
        const total = saysTotal || says === 'next after the last' ? count : undefined;
        const { ids } = await read((asked) => {
          const [from, isEmpty] = placeOf(asked, says);
          if (isEmpty) return { items: [], total, next: linkTo(says, from, false) };
          const items = all.slice(from, from + Math.min(asked.limit, max));
          const end = from + items.length;
          const hasNext = says === 'next after the last' || (says !== 'nothing' && end < count);
          return {
            items,
            total,
            next: hasNext ? linkTo(says, end, says === 'next on empty pages') : undefined,
          };
        }, limit);
        expect(ids).toEqual(all.map(({ id }) => id));
      }),
    );
  });

  let serial = 0;
  function linkTo(says: string, offset: number, isEmpty: boolean): URL {
    const at = says === 'cursor' ? `cursor=${offset}` : `offset=${offset}`;
    // One that never ends says something new each time.
    const more = says === 'next after the last' ? `&serial=${serial++}` : '';
    return new URL(`https://sis.test/users?${at}&limit=9${isEmpty ? '&empty=1' : ''}${more}`);
  }

  function placeOf({ offset, url }: Asked, says: string): [from: number, isEmpty: boolean] {
    const cursor = url.searchParams.get('cursor');
    const from = says === 'cursor' && cursor !== null ? Number(cursor) : offset;
    return [from, url.searchParams.has('empty')];
  }
});

describe('links', () => {
  test('a link is believed before a total that ends earlier', async () => {
    const { ids } = await read(({ offset, url }) => ({
      ...{ items: people(9).slice(offset, offset + 3), total: 3 },
      next: offset + 3 < 9 ? next(url, offset + 3) : undefined,
    }));
    expect(ids).toHaveLength(9);
  });

  test('links that end are believed before a total that goes on, once they ended so twice', async () => {
    const { ids, calls } = await read(({ offset, url }) => ({
      ...{ items: people(6).slice(offset, offset + 3), total: 8 },
      next: offset === 0 ? next(url, 3) : undefined,
    }));
    expect(ids).toHaveLength(6);
    expect(calls).toBe(6);
  });

  test('where links end too early, what the total still has is read by offset', async () => {
    const { ids } = await read(({ offset, url }) => ({
      ...{ items: people(9).slice(offset, offset + 3), total: 9 },
      next: offset === 0 ? next(url, 3) : undefined,
    }));
    expect(ids).toHaveLength(9);
  });

  test('a link back to a page that was read is refused', async () => {
    const looping = read(({ offset, url }) => ({
      ...{ items: people(9).slice(offset, offset + 3) },
      next: next(url, offset === 0 ? 3 : 0),
    }));
    await expect(looping).rejects.toMatchObject({ code: 'vendor-paging' });
  });

  test('links to ever new addresses that bring the same page are refused', async () => {
    const turning = read(({ offset, url }) => ({ items: people(3), next: next(url, offset + 1) }));
    await expect(turning).rejects.toMatchObject({ code: 'vendor-paging' });
  });

  test('links to empty pages without end are refused, where no total says that all came', async () => {
    const endless = read(({ offset, url }) => ({
      items: people(3).slice(offset),
      next: next(url, offset + 3),
    }));
    await expect(endless).rejects.toMatchObject({ code: 'vendor-paging' });
  });

  test.each([
    ['<https://other.test/users?offset=3>; rel="next"'],
    ['<http://sis.test/users?offset=3>; rel="next"'],
    ['<https://sis.test:8443/users?offset=3>; rel="next"'],
    ['<//other.test/users>; rel=next'],
  ])('the link %s, which leads off the server, is refused', (header) => {
    expect(() => nextLink(header, new URL('https://sis.test/users'))).toThrow(
      expect.objectContaining({ code: 'vendor-address' }),
    );
  });

  test.each([
    ['<https://sis.test/u?a=1,2>; rel="next"', 'https://sis.test/u?a=1,2'],
    ['</a>; rel="first", </b?x>; title="a, b"; REL=next', 'https://sis.test/b?x'],
    ['<?offset=3>; rel="last next"', 'https://sis.test/users?offset=3'],
    ['</a>; rel="prev", </b>; rel="nextish"', undefined],
    [null, undefined],
  ])('the next page after %s is %s', (header, address) => {
    expect(nextLink(header, new URL('https://sis.test/users'))?.href).toBe(address);
  });
});

describe('a server without links', () => {
  const slice = (count: number, { offset, limit }: Asked, max = limit) =>
    people(count).slice(offset, offset + Math.min(limit, max));

  test.each([5, 10, 11, 40])(
    'that gives fewer than asked for, and no total, is read to its end of %i',
    async (count) => {
      const { ids } = await read((asked) => ({ items: slice(count, asked, 4) }));
      expect(ids).toHaveLength(count);
    },
  );

  test('whose total is that of each page is read to its end', async () => {
    const { ids } = await read((asked) => {
      const items = slice(25, asked);
      return { items, total: items.length };
    });
    expect(ids).toHaveLength(25);
  });

  test('whose total goes on where it gives no more is refused', async () => {
    const short = read((asked) => ({ items: slice(25, asked), total: 40 }));
    await expect(short).rejects.toMatchObject({
      code: 'vendor-paging',
      message: expect.stringContaining('40'),
    });
  });

  test('that knows no pages is read as the one page that it gives', async () => {
    expect((await read(() => ({ items: people(4) }))).ids).toHaveLength(4);
    expect((await read(() => ({ items: people(40) }))).ids).toHaveLength(40);
  });

  test('that gives the first page whatever is asked for is refused', async () => {
    await expect(read(() => ({ items: people(10) }))).rejects.toMatchObject({ code: 'vendor-paging' });
    await expect(read(() => ({ items: people(4), total: 40 }))).rejects.toMatchObject({
      code: 'vendor-paging',
    });
  });

  test('that refuses to give what lies behind its end has ended', async () => {
    const { ids } = await read(({ offset }) => (offset === 0 ? { items: people(1) } : undefined));
    expect(ids).toEqual(['u0']);
  });

  test('that refuses to go on before its end is refused', async () => {
    const capped = read((asked) => (asked.offset < 15 ? { items: slice(40, asked), total: 40 } : undefined));
    await expect(capped).rejects.toMatchObject({ code: 'vendor-paging' });
  });
});

describe('a collection that changes while it is read', () => {
  /** Changes once, before the given request. */
  function changing(at: number, change: (all: { id: string }[]) => void, saysTotal = true) {
    const all = people(30);
    return ({ offset, limit }: Asked, call: number): Page => {
      if (call === at) change(all);
      return { items: all.slice(offset, offset + limit), total: saysTotal ? all.length : undefined };
    };
  }

  test.each([
    ['a record goes from a page that was read', (all: { id: string }[]) => all.splice(2, 1), 29],
    [
      'a record comes to a page that was read',
      (all: { id: string }[]) => all.splice(2, 0, { id: 'new' }),
      31,
    ],
    [
      'one goes before and one comes behind, so that the total stays',
      (all: { id: string }[]) => {
        all.splice(2, 1);
        all.splice(25, 0, { id: 'new' });
      },
      30,
    ],
  ])('is read anew where %s', async (_, change, count) => {
    for (const saysTotal of [true, false]) {
      const { ids } = await read(changing(2, change, saysTotal));
      expect(new Set(ids).size).toBe(count);
      expect(ids).toHaveLength(count);
    }
  });

  test('with links is read anew where a record comes twice', async () => {
    const all = people(9);
    const { ids } = await read(({ offset, url }, call) => {
      if (call === 1) all.unshift({ id: 'new' });
      return {
        items: all.slice(offset, offset + 3),
        next: offset + 3 < all.length ? next(url, offset + 3) : undefined,
      };
    });
    expect(ids).toEqual(['new', ...people(9).map(({ id }) => id)]);
  });

  test('again and again is left for later', async () => {
    let serial = 0;
    const restless = read(({ offset, limit }) => {
      const all = [{ id: `new${serial++}` }, ...people(30)];
      return { items: all.slice(offset, offset + limit), total: 30 + serial };
    });
    await expect(restless).rejects.toMatchObject({ name: 'VendorUnavailable' });
  });

  test('not at all, and has an id twice, comes as it is, for the reader to say so', async () => {
    const all = [...people(15), { id: 'u3' }];
    const { ids } = await read(({ offset, limit }) => ({
      ...{ items: all.slice(offset, offset + limit), total: all.length },
    }));
    expect(ids).toEqual(all.map(({ id }) => id));
  });
});
