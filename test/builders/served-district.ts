import { Provider, type Request } from '../../shared/oneroster/provider.ts';
import type { Asked } from '../../shared/oneroster/query.ts';
import { CalmWorld } from './calm-world.ts';
import { memoryWorkspace } from './memory-workspace.ts';

/** A district in memory and a provider over it, whose pages can be looked into. */
export class ServedDistrict {
  readonly world = new CalmWorld(1000);
  readonly pages = new Map<string, string>();
  /** Keys of page objects in the order in which they were read. */
  reads: string[] = [];
  today = '2026-11-20';
  provider = this.#provide();

  #provide(): Provider {
    return new Provider({
      states: this.world.objects,
      committed: async (district) => (await this.world.ledger.lane(district)).value.committed.manifest,
      today: async () => this.today,
      objects: {
        put: async (key, text) => void this.pages.set(key, text),
        find: async (key) => {
          this.reads.push(key);
          return this.pages.get(key);
        },
      },
      scratch: (use) => use(memoryWorkspace()),
    });
  }

  /** As if another instance of the function had begun. */
  restart(): void {
    this.provider = this.#provide();
  }

  /** `path`: `classes/c1/students`. */
  async list(path: string, asked: Asked = {}, more: Partial<Request> = {}) {
    const parts = path.split('/');
    // The last part is the collection, those before come in pairs.
    const collection = parts.at(-1) as Request['collection'];
    const named = Array.from({ length: (parts.length - 1) / 2 }, (_, at) => ({
      collection: parts[2 * at] as Request['collection'],
      id: parts[2 * at + 1] ?? '',
    }));
    const request = { district: 'd-1', origin: 'https://api.test', collection, ...more };
    const page = await this.provider.list(request, named, asked);
    const [records = []] = Object.values(page.body) as { sourcedId: string }[][];
    return { ...page, records, ids: records.map(({ sourcedId }) => sourcedId), links: readLinks(page.link) };
  }

  one(collection: Request['collection'], id: string, more: Partial<Request> = {}) {
    return this.provider.one(
      { district: 'd-1', origin: 'https://api.test', collection, ...more },
      id,
      undefined,
    );
  }
}

/** The parameters of each link, by its relation. */
export function readLinks(header: string): Record<string, Record<string, string>> {
  const links = [...header.matchAll(/<([^>]+)>; rel="(\w+)"/g)];
  return Object.fromEntries(
    links.map(([, url = '', rel = '']) => [rel, Object.fromEntries(new URL(url).searchParams)]),
  );
}
