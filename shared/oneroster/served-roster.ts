import { limitsPeople } from '../access/sharing.ts';
import type { CommittedState } from '../roster/committed-state.ts';
import type { Entity } from '../roster/records.ts';
import { partitionOf, type StateLine } from '../roster/state.ts';
import type { AnyRecord, Collection } from './collections.ts';
import { type Shown, shown } from './json.ts';
import { type Limits, limitedLine, narrowed, recordIn, seesOrg, type Visible } from './limits.ts';
import type { Surroundings } from './surroundings.ts';

export type Opening = {
  state: CommittedState;
  around: Surroundings;
  /** Address of the service in answers. */
  base: string;
  limits?: Limits | undefined;
  /** Who is there for the client; only asked where people are limited. */
  visible: () => Promise<Visible>;
};

/** One committed roster as one client sees it. */
export class ServedRoster {
  readonly #of: Opening;

  constructor(of: Opening) {
    this.#of = of;
  }

  partitions(entity: Entity): number {
    return this.#of.state.partitions(entity).length;
  }

  /** What names everything that these rows depend on, besides the roster. */
  get limits(): Limits | undefined {
    return this.#of.limits;
  }

  get around(): Surroundings {
    return this.#of.around;
  }

  /** What the client sees of a partition, in the order of ids. */
  async lines(entity: Entity, partition: number): Promise<StateLine[]> {
    const lines = await this.#of.state.lines(entity, partition, this.partitions(entity));
    return this.#seen(entity, partition, lines);
  }

  async find(entity: Entity, id: string): Promise<StateLine | undefined> {
    const line = await this.#of.state.line(entity, id);
    if (line === undefined) return undefined;
    const [seen] = await this.#seen(entity, partitionOf(id, this.partitions(entity)), [line]);
    return seen;
  }

  /** Those of the ids that are there, in the order of ids; reads each partition once. */
  async findAll(entity: Entity, ids: Iterable<string>): Promise<StateLine[]> {
    const wanted = new Set(ids);
    const found: StateLine[] = [];
    for (const partition of new Set([...wanted].map((id) => partitionOf(id, this.partitions(entity))))) {
      const lines = await this.#of.state.lines(entity, partition, this.partitions(entity));
      const some = lines.filter(({ id }) => wanted.has(id));
      found.push(...(await this.#seen(entity, partition, some)));
    }
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async #seen(entity: Entity, partition: number, lines: StateLine[]): Promise<StateLine[]> {
    const { limits, state, around } = this.#of;
    if (limits === undefined || !limitsPeople(limits.sharing)) return lines;
    const visible = await this.#of.visible();
    const facts = entity === 'users' ? await state.lines('person', partition, this.partitions('users')) : [];
    const persons = new Map(facts.map(({ id, json }) => [id, json]));
    return lines.flatMap((line) => limitedLine({ limits, around, visible, persons }, entity, line) ?? []);
  }

  /** The record of a collection that a line is, as the client sees it; `undefined` where the collection hasn't it. */
  recordOf({ kind, entity, holds }: Collection, line: StateLine): AnyRecord | undefined {
    const record = recordIn(line.json);
    if (holds === undefined) return record;
    // In which part people are is known of their enrollments too; what else is said of them is known where it is shared.
    return holds(kind === 'demographics' ? this.#narrow(entity, record) : record) ? record : undefined;
  }

  /** What of a record the client may know. */
  #narrow(entity: Entity, record: AnyRecord): AnyRecord {
    const { limits } = this.#of;
    return limits === undefined || entity !== 'users' ? record : narrowed(limits, record);
  }

  show({ kind, entity }: Collection, line: StateLine): Shown {
    const { base, around, limits } = this.#of;
    const sees = (id: string) => limits === undefined || seesOrg(limits, around, id);
    return shown(kind, line, this.#narrow(entity, recordIn(line.json)), { base, around, seesOrg: sees });
  }
}
