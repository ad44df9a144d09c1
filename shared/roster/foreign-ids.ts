import type { Alias } from './aliases.ts';
import type { CommittedState } from './committed-state.ts';
import { rowsFile, type Snapshot } from './read-feed.ts';
import { type Entity, entities, type Org } from './records.ts';
import { readLines, type StateLine } from './state.ts';
import type { Workspace } from './sync-stores.ts';

type Looking = {
  feed: string;
  state: CommittedState;
  snapshot: Snapshot;
  workspace: Workspace;
  /** Whether this feed brings a record of the state. */
  owns(line: StateLine): boolean;
};

/**
 * Ids of a feed that another feed of the district had first: nobody can tell by an id alone that both mean the same, so that this
 * feed's record gets one of its own, made of the feed's name and its id. A school, district or other org of the same name and type is
 * the one that is there: both feeds speak of it, and the first goes on to say what it is.
 */
export async function foreignIds(at: Looking): Promise<Alias[]> {
  const aliases: Alias[] = [];
  for (const entity of entities) {
    const { partitions } = at.snapshot.spills[entity];
    for (let partition = 0; partition < partitions; partition++) {
      const others = new Map<string, StateLine>();
      for (const line of await at.state.lines(entity, partition, partitions)) {
        if (!at.owns(line)) others.set(line.id, line);
      }
      if (others.size === 0) continue;
      for (const { id, json } of readLines(await at.workspace.read(rowsFile(entity, partition)))) {
        const other = others.get(id);
        if (other === undefined || isShared(entity, other.json, json)) continue;
        aliases.push({ entity, feed: at.feed, id, own: `${at.feed}.${id}` });
      }
    }
  }
  return aliases;
}

function isShared(entity: Entity, one: string, other: string): boolean {
  if (entity !== 'orgs') return false;
  // Lines of this entity hold its records.
  const [a, b] = [JSON.parse(one) as Org, JSON.parse(other) as Org];
  const word = ({ name }: Org) => name.normalize('NFKC').trim().toLowerCase();
  return a.type === b.type && word(a) === word(b);
}
