import { addDays } from '../access/periods.ts';
import type { Sharing } from '../access/sharing.ts';
import { limitsPeople } from '../access/sharing.ts';
import { RequestError } from '../errors.ts';
import { CommittedState } from '../roster/committed-state.ts';
import { manifestDigest, manifestKey } from '../roster/state.ts';
import { found, type Named, rowsBeneath } from './beneath.ts';
import { type CollectionName, collectionOf } from './collections.ts';
import { type Visible, visibleTo } from './limits.ts';
import { linksOf } from './links.ts';
import { type Asked, type Query, readFields, readQuery, selected } from './query.ts';
import { Remembered } from './remembered.ts';
import { RosterRows, type RowDeps, type Rows } from './rows.ts';
import { ServedRoster } from './served-roster.ts';
import { RowsGone } from './stored-rows.ts';
import { type Surroundings, surroundingsOf } from './surroundings.ts';

export type ProviderDeps = RowDeps & {
  /** Objects of committed states. */
  states: { get(key: string): Promise<string> };
  /** Key of the manifest that is committed now; `undefined` before the first commit. */
  committed(district: string): Promise<string | undefined>;
  /** The district's calendar day; `undefined` where there is no such district. */
  today(district: string): Promise<string | undefined>;
};

export type Request = {
  district: string;
  /** Scheme and host in addresses. */
  origin: string;
  sharing?: Sharing | undefined;
  collection: CollectionName;
};

export type Page = { body: Record<string, unknown>; total: number; link: string };

export const basePath = '/ims/oneroster/rostering/v1p2';

/** Serves committed rosters by OneRoster 1.2, Rostering Service. */
export class Provider {
  readonly #deps: ProviderDeps;
  readonly #around = new Remembered<Surroundings>(4);
  readonly #visible = new Remembered<Visible>(2);
  readonly #kept = new Remembered<void>(100);

  constructor(deps: ProviderDeps) {
    this.#deps = deps;
  }

  /** @throws {RequestError} malformed, not-found, or unprocessable where a snapshot is kept no longer */
  async list(request: Request, named: readonly Named[], asked: Asked): Promise<Page> {
    const collection = collectionOf(request.collection);
    const query = readQuery(collection.kind, asked);
    const snapshot = await this.#snapshot(request, asked.snapshot);
    try {
      const roster = await this.#open(request, snapshot);
      const rows = new RosterRows(this.#deps, roster, placeOf(request.district, snapshot));
      const arranged = await rowsFor({ roster, rows }, { request, named, query });
      const lines = await pageOf(arranged, query);
      const address = `${request.origin}${pathOf(request.collection, named)}`;
      const kept = { ...asked, snapshot: `${snapshot.digest}.${snapshot.day}` };
      await this.#keep(request.district, snapshot);
      return {
        body: {
          [collection.many]: lines.map((line) => selected(roster.show(collection, line), query.fields)),
        },
        total: arranged.total,
        link: linksOf({ address, asked: kept }, query, arranged.total),
      };
    } catch (error) {
      if (error instanceof RowsGone) throw gone(error);
      throw error;
    }
  }

  /** @throws {RequestError} malformed or not-found */
  async one(request: Request, id: string, fieldsAsked: string | undefined): Promise<Record<string, unknown>> {
    const collection = collectionOf(request.collection);
    const fields = readFields(collection.kind, fieldsAsked);
    const roster = await this.#open(request, await this.#snapshot(request, undefined));
    const line = await found(roster, { collection: request.collection, id });
    return { [collection.kind]: selected(roster.show(collection, line), fields) };
  }

  async #open({ district, origin, sharing }: Request, { digest, day }: Snapshot): Promise<ServedRoster> {
    const key = digest === none ? undefined : manifestKey(district, digest);
    const state = await CommittedState.open(this.#deps.states, district, key);
    const place = `${district}/${digest}`;
    const around = await this.#around.get(place, () => surroundingsOf(state));
    const limits = sharing && { sharing, today: limitsPeople(sharing) ? day : '' };
    return new ServedRoster({
      ...{ state, around, limits, base: `${origin}${basePath}` },
      visible: async () => {
        if (limits === undefined) throw new Error('Nothing is limited.');
        return this.#visible.get(JSON.stringify([place, limits]), () => visibleTo(limits, state));
      },
    });
  }

  /**
   * The committed roster, or for pages that go on the one that the first of them showed, as long as it is kept: the objects that say
   * so end by themselves.
   */
  async #snapshot({ district }: Request, asked: string | undefined): Promise<Snapshot> {
    const today = await this.#deps.today(district);
    if (today === undefined) throw new RequestError('not-found', 'unknown-district', 'There is no district.');
    const manifest = await this.#deps.committed(district);
    const now = { digest: manifest === undefined ? none : manifestDigest(manifest), day: today };
    if (asked === undefined) return now;
    const [, digest, day] = /^([0-9a-f]{64}|none)\.(\d{4}-\d{2}-\d{2})$/.exec(asked) ?? [];
    if (digest === undefined || (day !== today && day !== addDays(today, -1))) throw gone();
    const snapshot = { digest, day };
    if (digest === now.digest) return snapshot;
    const isKept = await this.#deps.objects.find(`${placeOf(district, snapshot)}/kept`);
    if (isKept === undefined) throw gone();
    return snapshot;
  }

  async #keep(district: string, snapshot: Snapshot): Promise<void> {
    const key = `${placeOf(district, snapshot)}/kept`;
    await this.#kept.get(key, () => this.#deps.objects.put(key, '{}'));
  }
}

/** One committed roster, by the digest of its manifest, and the day by which a client's limits are looked at. */
type Snapshot = { digest: string; day: string };

/** Before the first commit. */
const none = 'none';

function placeOf(district: string, { digest, day }: Snapshot): string {
  return `${district}/${digest}.${day}`;
}

function gone(cause?: unknown): RequestError {
  const message =
    'The snapshot of these pages is kept no longer. Begin again with the first page, without snapshot.';
  return new RequestError('unprocessable', 'snapshot-gone', message, { cause });
}

function pathOf(collection: CollectionName, named: readonly Named[]): string {
  const parents = named.map((one) => `${one.collection}/${encodeURIComponent(one.id)}/`).join('');
  return `${basePath}/${parents}${collection}`;
}

async function rowsFor(
  { roster, rows }: { roster: ServedRoster; rows: RosterRows },
  { request, named, query }: { request: Request; named: readonly Named[]; query: Query },
): Promise<Rows> {
  const collection = collectionOf(request.collection);
  const { filter, sort } = query;
  const wanted = { ...(filter && { filter }), ...(sort === undefined ? {} : { sort }) };
  if (named.length === 0) return rows.all(collection, request.collection, wanted);
  const beneath = await rowsBeneath({ roster, rows }, request.collection, named);
  const path = [pathOf(request.collection, named)];
  return rows.arranged(collection, beneath, { path, wanted });
}

/** Descending is the same order from its end. */
async function pageOf(rows: Rows, { limit, offset, descending }: Query) {
  const from = Math.min(offset, rows.total);
  const to = Math.min(offset + limit, rows.total);
  if (from === to) return [];
  if (!descending) return rows.read(from, to);
  return (await rows.read(rows.total - to, rows.total - from)).reverse();
}
