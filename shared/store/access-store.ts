import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { RecordsReader } from '../access/district-catalogues.ts';
import type { AccessQuestion, CheckFacts, DistrictFacts, LoginFacts, Person } from '../access/facts.ts';
import type { FactKey } from '../access/named-keys.ts';
import { RequestError, StoreUnavailable } from '../errors.ts';
import { StoredHead } from './access-items.ts';
import {
  aloneIn,
  checkIn,
  type Holder,
  holderIn,
  keysAfter,
  keysOf,
  type Looking,
  personIn,
  type Wanted,
} from './access-view.ts';
import { batchKeys, readItems } from './batch-get.ts';
import { jitter } from './calls.ts';
import { accessKey, headCopies, headKey, shardOf } from './keys.ts';
import { type Login, nextKeys, supposedKeys, supposedLogin } from './login-view.ts';
import { Outrun, type View } from './roster-view.ts';

const attempts = 4;

/** Districts whose last commit an instance remembers. */
const remembered = 10_000;

/** Reads after the first that a check may need: a login's person, their records, the records of those; each may first lead to another record. */
const mostRounds = 6;

/** How fresh an answer has to be: no older than this state of the head. */
export type Freshness = { committed: number; revision: number };

type Asked = {
  keys: readonly FactKey[];
  /** What the items read so far show to be needed besides. */
  after?: (view: View) => FactKey[];
  /** Called with each head that is read, before `after`. */
  settle?: (district: DistrictFacts) => Promise<void>;
  /** Chooses the copy of the head. */
  spread: string;
  atLeast?: Freshness | undefined;
};

/**
 * What checks read: one consistent `BatchGetItem` each. `access`: pk = district, kind, id.
 * @throws {StoreUnavailable} where an item is overwritten faster than it is read
 */
export class AccessStore {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;
  /** The commit that this instance has seen, by district. */
  readonly #commits = new Map<string, number>();

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /**
   * Everything that one question needs, or `undefined` where there is no such district. A `known` subject is not read. `deep`: where
   * the records of logins count too, which may take up to three reads more.
   * @throws {RequestError} malformed where `atLeast` is a state that has never been
   */
  async checkFacts(
    district: string,
    question: AccessQuestion,
    more: { known?: Person | undefined; atLeast?: Freshness | undefined; deep?: RecordsReader } = {},
  ): Promise<CheckFacts | undefined> {
    const { known, ...how } = more;
    const read = await this.#checks(district, [{ question, known }], how);
    return read?.checks[0];
  }

  /**
   * The facts of many questions, all of one committed roster. Each key is read once: one round trip up to 99 keys, two for any
   * number above, and those that the deep ones take besides.
   * @throws {RequestError} malformed where `atLeast` is a state that has never been
   */
  async manyCheckFacts(
    district: string,
    questions: readonly AccessQuestion[],
    more: { atLeast?: Freshness | undefined; deep?: RecordsReader } = {},
  ): Promise<{ district: DistrictFacts; checks: CheckFacts[] } | undefined> {
    return this.#checks(
      district,
      questions.map((question) => ({ question })),
      more,
    );
  }

  async #checks(
    district: string,
    wanted: readonly Wanted[],
    { atLeast, deep }: { atLeast?: Freshness | undefined; deep?: RecordsReader },
  ): Promise<{ district: DistrictFacts; checks: CheckFacts[] } | undefined> {
    let looking: Looking[] = wanted.map((one) => ({ ...one, deep: false }));
    const asked = {
      keys: wanted.flatMap(keysOf),
      settle: async (facts: DistrictFacts) => {
        const isDeep = await deep?.(facts);
        looking = wanted.map((one) => ({ ...one, deep: isDeep?.(one.question) ?? false }));
      },
      after: (view: View) => looking.flatMap((one) => keysAfter(view, one)),
      spread: wanted[0]?.question.subject.id ?? district,
      atLeast,
    };
    return this.#view(district, asked, (view) => ({
      district: view.district,
      checks: looking.map((one) => checkIn(view, one)),
    }));
  }

  /** `person` is absent where neither the roster nor anybody by hand has made one. */
  async person(
    district: string,
    id: string,
  ): Promise<{ district: DistrictFacts; person: Person | undefined } | undefined> {
    const keys = [{ kind: 'person', id } as const];
    const after = (view: View) => nextKeys(view, id, true);
    return this.#view(district, { keys, after, spread: id }, (view) => ({
      district: view.district,
      person: personIn(view, id),
    }));
  }

  /** Those of the ids that the roster knows or that somebody made something of, as this record alone has them, without what their logins say. */
  async persons(district: string, ids: readonly string[]): Promise<ReadonlyMap<string, Person>> {
    const keys = ids.map((id) => ({ kind: 'person', id }) as const);
    const after = (view: View) => ids.flatMap((id) => nextKeys(view, id, false));
    const found = await this.#view(district, { keys, after, spread: district }, (view) =>
      ids.flatMap((id) => {
        const person = aloneIn(view, id);
        return person === undefined ? [] : [[id, person] as const];
      }),
    );
    return new Map(found ?? []);
  }

  /** A person or login, with what the records of all their logins say. */
  async holder(district: string, id: string): Promise<(Holder & { district: DistrictFacts }) | undefined> {
    const keys = [{ kind: 'person', id } as const];
    const after = (view: View) => nextKeys(view, id, true);
    return this.#view(district, { keys, after, spread: id }, (view) => ({
      district: view.district,
      ...holderIn(view, id),
    }));
  }

  /** Likewise many, each as one: with all that their own logins say. */
  async holders(
    district: string,
    ids: readonly string[],
  ): Promise<{ district: DistrictFacts; persons: ReadonlyMap<string, Person> } | undefined> {
    const keys = ids.map((id) => ({ kind: 'person', id }) as const);
    const after = (view: View) => ids.flatMap((id) => nextKeys(view, id, true));
    return this.#view(district, { keys, after, spread: district }, (view) => {
      const found = ids.flatMap((id) => {
        const { person } = holderIn(view, id);
        return person === undefined ? [] : [[id, person] as const];
      });
      return { district: view.district, persons: new Map(found) };
    });
  }

  /** What the records would say of a login that is tied to this one, by an id that nobody has. */
  async supposed(
    district: string,
    profile: NonNullable<LoginFacts['profile']>,
  ): Promise<{ district: DistrictFacts; login: Login } | undefined> {
    const login = { approved: false, locked: false, ledgers: [], schools: [], profile };
    const tie = { id: '', login, person: undefined };
    const asked = { keys: [], after: (view: View) => supposedKeys(view, tie), spread: profile.id };
    return this.#view(district, asked, (view) => ({
      district: view.district,
      login: supposedLogin(view, tie),
    }));
  }

  async district(id: string): Promise<DistrictFacts | undefined> {
    return this.#view(id, { keys: [], spread: id }, (view) => view.district);
  }

  /** Reads until one batch shows one committed roster. */
  async #view<T>(district: string, asked: Asked, look: (view: View) => T): Promise<T | undefined> {
    const head = headKey(district, shardOf(asked.spread, headCopies)).pk;
    const pks = [...new Set(asked.keys.map((key) => accessKey(district, key.kind, key.id).pk))];
    // What takes more than one batch is read after the head: everything after the commit that it shows.
    const isLong = pks.length >= batchKeys;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const first = await readItems(this.#dynamo, this.#table, isLong ? [head] : [head, ...pks]);
      const found = first.get(head);
      if (found === undefined) return undefined;
      const facts: DistrictFacts = { id: district, ...StoredHead.parse(found) };
      if (!this.#knew(district, facts.committed) && pks.length > 0 && !isLong) continue;
      const stale =
        asked.atLeast !== undefined &&
        (facts.committed < asked.atLeast.committed || facts.revision < asked.atLeast.revision);
      try {
        await asked.settle?.(facts);
        const items = isLong && !stale ? await readItems(this.#dynamo, this.#table, pks) : first;
        if (!stale)
          return look(await this.#whole({ district: facts, items, persons: new Map() }, pks, asked));
      } catch (error) {
        if (!(error instanceof Outrun)) throw error;
      }
      if (stale && attempt === attempts) {
        throw new RequestError(
          'malformed',
          'token-unknown',
          'context.atLeast is not a token of this district.',
        );
      }
      await sleep(jitter(attempt));
    }
    throw new StoreUnavailable('Facts were overwritten faster than they could be read.');
  }

  /** With what the items show to be needed besides. */
  async #whole(view: View, pks: readonly string[], { after }: Asked): Promise<View> {
    const read = new Set(pks);
    let whole = view;
    for (let round = 1; after !== undefined && round <= mostRounds; round += 1) {
      const next = new Set(after(whole).map(({ kind, id }) => accessKey(view.district.id, kind, id).pk));
      const missing = [...next].filter((pk) => !read.has(pk));
      if (missing.length === 0) break;
      for (const pk of missing) read.add(pk);
      whole = {
        ...view,
        items: new Map([...whole.items, ...(await readItems(this.#dynamo, this.#table, missing))]),
      };
    }
    return whole;
  }

  /**
   * Whether this commit was seen by an earlier read. A batch is not one moment: an item may have been read just before the
   * commit that the head shows wrote it. What is read after a commit was seen is read after it, so the first batch that shows a
   * new one is read again.
   */
  #knew(district: string, committed: number): boolean {
    const knew = this.#commits.get(district) === committed;
    if (!knew) {
      const [oldest] = this.#commits.size >= remembered ? this.#commits.keys() : [];
      if (oldest !== undefined) this.#commits.delete(oldest);
      this.#commits.set(district, committed);
    }
    return knew;
  }
}
