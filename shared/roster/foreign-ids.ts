import type { Alias } from './aliases.ts';
import type { CommittedState } from './committed-state.ts';
import { matchKey } from './match-key.ts';
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
  /** Orgs of others that this feed has spoken of before. */
  shared: ReadonlySet<string>;
};

export type Foreign = { aliases: Alias[]; sharedOrgs: string[] };

/**
 * Ids of a feed that another feed of the district had first: nobody can tell by an id alone that both mean the same, so that this
 * feed's record gets one of its own, made of the feed's name and its id. A school, district or other org of the same name and type is
 * the one that is there, for good: both feeds speak of it, and the first goes on to say what it is.
 */
export async function foreignIds(at: Looking): Promise<Foreign> {
  const aliases: Alias[] = [];
  const sharedOrgs: string[] = [];
  for (const entity of entities) {
    const { partitions } = at.snapshot.spills[entity];
    for (let partition = 0; partition < partitions; partition++) {
      for (const { id, other, json } of await clashesIn(at, entity, partition)) {
        const isOne = entity === 'orgs' && (at.shared.has(id) || isAlike(other, json));
        if (isOne) sharedOrgs.push(id);
        else aliases.push({ entity, feed: at.feed, id, own: `${at.feed}.${id}` });
      }
    }
  }
  return { aliases, sharedOrgs };
}

/** Rows with an id that a record of another feed has, as JSON. */
async function clashesIn(at: Looking, entity: Entity, partition: number) {
  const { partitions } = at.snapshot.spills[entity];
  const others = new Map<string, string>();
  for (const line of await at.state.lines(entity, partition, partitions)) {
    if (!at.owns(line)) others.set(line.id, line.json);
  }
  if (others.size === 0) return [];
  return [...readLines(await at.workspace.read(rowsFile(entity, partition)))].flatMap(({ id, json }) => {
    const other = others.get(id);
    return other === undefined ? [] : [{ id, other, json }];
  });
}

function isAlike(one: string, other: string): boolean {
  // Lines of this entity hold its records.
  const [a, b] = [JSON.parse(one) as Org, JSON.parse(other) as Org];
  return a.type === b.type && matchKey(a.name) === matchKey(b.name);
}
