import type { Dropped, FeedRow, RosterRow } from './feed-reading.ts';
import { type Entity, entities } from './records.ts';
import type { StateLine } from './state.ts';

/**
 * An id of a feed that stands for a record of the roster with another: the source gave it a new id, or another feed of the district
 * had the id first. The roster's own id never changes.
 */
export type Alias = { entity: Entity; feed: string; id: string; own: string };

/** One feed's ids, as the roster has them. */
export class Aliases {
  readonly #own = new Map<Entity, Map<string, string>>();
  /** By which id a record came that has others in feeds; `undefined` where it has not come yet. */
  readonly #came = new Map<string, string | undefined>();

  constructor(aliases: Iterable<Pick<Alias, 'entity' | 'id' | 'own'>>) {
    for (const alias of aliases) this.add(alias);
  }

  add({ entity, id, own }: Pick<Alias, 'entity' | 'id' | 'own'>): void {
    const ids = this.#own.get(entity) ?? new Map<string, string>();
    this.#own.set(entity, ids.set(id, own));
    this.#came.set(`${entity}\t${own}`, undefined);
  }

  /** The id by which the feed has a record, where it has been read. */
  cameBy(entity: Entity, own: string): string | undefined {
    return this.#came.get(`${entity}\t${own}`);
  }

  /** Whether the record of a row has come before by another id: the first row stands. */
  isRepeated({ entity, sourcedId }: Pick<RosterRow, 'entity' | 'sourcedId'>): boolean {
    if (this.#own.size === 0) return false;
    const key = `${entity}\t${this.own(entity, sourcedId)}`;
    if (!this.#came.has(key)) return false;
    const first = this.#came.get(key);
    if (first === undefined) this.#came.set(key, sourcedId);
    return first !== undefined && first !== sourcedId;
  }

  own(entity: Entity, id: string): string {
    return this.#own.get(entity)?.get(id) ?? id;
  }

  has(entity: Entity, id: string): boolean {
    return this.#own.get(entity)?.has(id) ?? false;
  }

  /** The row with the roster's ids, those of what it refers to included. */
  row(row: FeedRow): FeedRow {
    if (this.#own.size === 0) return row;
    switch (row.kind) {
      case 'record':
        return this.#record(row);
      case 'user-role':
        return {
          ...row,
          userId: this.own('users', row.userId),
          role: { ...row.role, orgId: this.own('orgs', row.role.orgId) },
        };
      case 'user-agent':
        return { ...row, userId: this.own('users', row.userId), agentId: this.own('users', row.agentId) };
      case 'user-fact': {
        const { fact } = row;
        // Other ids are those of records that are no people.
        const own = fact.fact === 'relation' ? { ...fact, id: this.own('users', fact.id) } : fact;
        return { ...row, userId: this.own('users', row.userId), fact: own };
      }
      case 'user-demographics':
        return { ...row, userId: this.own('users', row.userId) };
      case 'problem': {
        const { dropped } = row;
        if (dropped === undefined) return row;
        const { others } = dropped;
        const own = this.#dropped(dropped);
        return {
          ...row,
          dropped: others ? { ...own, others: others.map((one) => this.#dropped(one)) } : own,
        };
      }
      case 'removal':
        return { ...row, sourcedId: this.own(row.entity, row.sourcedId) };
      case 'part-removal':
        return { ...row, userId: this.own('users', row.userId) };
      case 'reference':
        return { ...row, from: this.#named(row.from), to: this.#named(row.to) };
      case 'renamed':
      case 'file':
        return row;
      default:
        return row satisfies never;
    }
  }

  #named<T extends { entity: Entity; sourcedId: string }>(of: T): T {
    return { ...of, sourcedId: this.own(of.entity, of.sourcedId) };
  }

  #dropped(dropped: Dropped): Dropped {
    const { entity, sourcedId } = dropped;
    return sourcedId === undefined ? dropped : { ...dropped, sourcedId: this.own(entity, sourcedId) };
  }

  #record(row: RosterRow): RosterRow {
    const sourcedId = this.own(row.entity, row.sourcedId);
    const one = (entity: Entity) => (id: string) => this.own(entity, id);
    const maybe = <F extends string>(field: F, entity: Entity, id: string | undefined) =>
      // The one field that the name says.
      (id === undefined ? {} : { [field]: this.own(entity, id) }) as { [K in F]?: string };
    switch (row.entity) {
      case 'orgs':
        return {
          ...row,
          sourcedId,
          record: { ...row.record, sourcedId, ...maybe('parentId', 'orgs', row.record.parentId) },
        };
      case 'academicSessions': {
        const parent = maybe('parentId', 'academicSessions', row.record.parentId);
        return { ...row, sourcedId, record: { ...row.record, sourcedId, ...parent } };
      }
      case 'courses': {
        const { schoolYearId, orgId } = row.record;
        const refs = {
          ...maybe('schoolYearId', 'academicSessions', schoolYearId),
          ...maybe('orgId', 'orgs', orgId),
        };
        return { ...row, sourcedId, record: { ...row.record, sourcedId, ...refs } };
      }
      case 'classes': {
        const { courseId, schoolId, termIds } = row.record;
        const refs = {
          ...maybe('courseId', 'courses', courseId),
          schoolId: this.own('orgs', schoolId),
          ...(termIds === undefined ? {} : { termIds: termIds.map(one('academicSessions')) }),
        };
        return { ...row, sourcedId, record: { ...row.record, sourcedId, ...refs } };
      }
      case 'users': {
        const { agentIds, primaryOrgId, roles } = row.record;
        const refs = {
          ...(agentIds === undefined ? {} : { agentIds: agentIds.map(one('users')) }),
          ...maybe('primaryOrgId', 'orgs', primaryOrgId),
          roles: roles.map((role) => ({ ...role, orgId: this.own('orgs', role.orgId) })),
        };
        return { ...row, sourcedId, record: { ...row.record, sourcedId, ...refs } };
      }
      case 'enrollments': {
        const { classId, schoolId, userId } = row.record;
        const refs = {
          classId: this.own('classes', classId),
          schoolId: this.own('orgs', schoolId),
          userId: this.own('users', userId),
        };
        return { ...row, sourcedId, record: { ...row.record, sourcedId, ...refs } };
      }
      default:
        return row satisfies never;
    }
  }
}

/** An alias as a line of the state; ids of feeds hold no blank. */
export function aliasLine({ entity, feed, id, own }: Alias): StateLine {
  return { status: 'active', id: `${entity} ${feed} ${id}`, json: JSON.stringify(own) };
}

export function aliasOf({ id, json }: Pick<StateLine, 'id' | 'json'>): Alias {
  const first = id.indexOf(' ');
  const second = id.indexOf(' ', first + 1);
  const entity = entities.find((one) => one === id.slice(0, first));
  if (entity === undefined) throw new TypeError(`No alias is called ${id}`);
  // Written by aliasLine only.
  return {
    entity,
    feed: id.slice(first + 1, second),
    id: id.slice(second + 1),
    own: JSON.parse(json) as string,
  };
}
