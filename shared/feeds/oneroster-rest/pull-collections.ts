import { type Pulled, PullRejected } from '../pulling.ts';
import { type Asking, askPage, Refused } from './client.ts';
import { type Collection, collections, keptOf, textOf } from './collections.ts';
import type { HeldItems } from './held-items.ts';
import { readPages } from './read-pages.ts';

/** Objects a page, where the server does not give fewer. */
const pageLimit = 1_000;
/** What every server must give. */
const defaultLimit = 100;

export type Include = { phones?: boolean | undefined; demographics?: boolean | undefined };

export type Pulling = Asking & {
  /** Up to the version, `…/v1p1` or `…/rostering/v1p2`, without a slash at the end. */
  base: string;
  include: Include;
  /** Only what changed after it, ISO 8601. */
  changedAfter?: string | undefined;
};

/**
 * All collections, whole, before anybody has any of them.
 * @throws {Refused} where a collection that is needed is refused, and no others of {@link readPages} and {@link askPage}
 */
export async function pullCollections(pulling: Pulling): Promise<ReadonlyMap<string, HeldItems>> {
  const held = new Map<string, HeldItems>();
  for (const collection of collections) {
    if (collection.name === 'demographics' && pulling.include.demographics !== true) continue;
    const items = await pullCollection(pulling, collection);
    if (items !== undefined) held.set(collection.name, items);
  }
  return held;
}

export async function* pulledOf(held: ReadonlyMap<string, HeldItems>): AsyncGenerator<Pulled> {
  for (const [collection, items] of held) for (const item of items.items()) yield { collection, item };
}

async function pullCollection(pulling: Pulling, collection: Collection): Promise<HeldItems | undefined> {
  const read = (limit: number) => readOne(pulling, collection, limit);
  try {
    return await read(pageLimit);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (collection.isOptional && (error.status === 403 || error.status === 404)) return undefined;
    // Some servers refuse a limit that they would not give.
    const isLimit = error.status === 400 || error.status === 422;
    if (isLimit && pulling.changedAfter === undefined) return read(defaultLimit);
    throw error;
  }
}

function readOne(pulling: Pulling, collection: Collection, limit: number): Promise<HeldItems> {
  const { name } = collection;
  const url = new URL(`${pulling.base}/${name}`);
  url.searchParams.set('sort', 'sourcedId');
  url.searchParams.set('orderBy', 'asc');
  if (pulling.changedAfter !== undefined)
    url.searchParams.set('filter', `dateLastModified>'${pulling.changedAfter}'`);
  return readPages({
    ...{ name, url, limit },
    idOf: ({ sourcedId }) => textOf(sourcedId),
    keep: (item) => keptOf(item, collection, pulling.include),
    async get(page) {
      try {
        return await askPage(pulling, page, name);
      } catch (error) {
        const isLater = page.searchParams.get('offset') !== '0';
        if (error instanceof Refused && isLater && beyondEnd.has(error.status)) return undefined;
        throw error;
      }
    },
  });
}

const beyondEnd: ReadonlySet<number> = new Set([400, 404, 416, 422]);

/** For people, where a server refuses what a feed cannot do without. */
export function rejected(error: Refused): PullRejected {
  const { status, said, path } = error;
  const [code, hint] =
    status === 403
      ? ([
          'vendor-refused',
          'Ask the vendor to share this collection with the credentials of the feed.',
        ] as const)
      : status === 404
        ? ([
            'vendor-address',
            'Check the address of the feed: it ends with the version, such as /v1p1.',
          ] as const)
        : (['vendor-answer', 'Tell the vendor that the server refuses a request of the standard.'] as const);
  const message = `${path} answered ${status}${said === '' ? '' : ` (${said})`}.`;
  return new PullRejected(code, message, hint, { cause: error });
}
