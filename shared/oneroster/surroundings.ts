import type { CommittedState } from '../roster/committed-state.ts';
import type { AcademicSession, Org } from '../roster/records.ts';

/** What other records say that a record's JSON tells: the orgs and academic sessions of a district, which are few. */
export type Surroundings = {
  orgs: ReadonlyMap<string, Pick<Org, 'type' | 'parentId'>>;
  sessions: ReadonlyMap<string, Pick<AcademicSession, 'type' | 'parentId'>>;
  /** Ids of the active orgs and sessions beneath each, sorted. */
  orgsUnder: ReadonlyMap<string, readonly string[]>;
  sessionsUnder: ReadonlyMap<string, readonly string[]>;
};

type Placed = { type: string; parentId?: string };

export async function surroundingsOf(state: CommittedState): Promise<Surroundings> {
  const orgs = await placesOf(state, 'orgs');
  const sessions = await placesOf(state, 'academicSessions');
  return { orgs: orgs.of, orgsUnder: orgs.under, sessions: sessions.of, sessionsUnder: sessions.under };
}

async function placesOf(state: CommittedState, entity: 'orgs' | 'academicSessions') {
  const of = new Map<string, Placed>();
  const under = new Map<string, string[]>();
  const count = state.partitions(entity).length;
  for (let partition = 0; partition < count; partition++) {
    for (const { id, status, json } of await state.lines(entity, partition, count)) {
      // Written by a plan from a record of this entity.
      const { type, parentId } = JSON.parse(json) as Placed;
      of.set(id, parentId === undefined ? { type } : { type, parentId });
      if (parentId === undefined || status !== 'active') continue;
      const beneath = under.get(parentId);
      if (beneath) beneath.push(id);
      else under.set(parentId, [id]);
    }
  }
  for (const ids of under.values()) ids.sort();
  return { of, under };
}

/** A record and what it lies under, from itself upwards; a loop ends where it closes. */
export function* upwards(
  places: ReadonlyMap<string, { type: string; parentId?: string }>,
  from: string,
): Generator<[string, { type: string; parentId?: string }]> {
  const seen = new Set<string>();
  let id: string | undefined = from;
  while (id !== undefined && !seen.has(id)) {
    const place = places.get(id);
    if (place === undefined) return;
    seen.add(id);
    yield [id, place];
    id = place.parentId;
  }
}
