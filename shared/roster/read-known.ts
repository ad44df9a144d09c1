import { type Alias, Aliases, aliasOf } from './aliases.ts';
import type { CommittedState } from './committed-state.ts';
import type { EditLayer } from './edit-layer.ts';
import type { OpenFeed, Problem } from './feed-reading.ts';
import { findRenames, freeId, type Rename, type Renames } from './find-renames.ts';
import type { Identity } from './identities.ts';
import { dropsFile, readFeed, rowsFile, type Snapshot } from './read-feed.ts';
import { type Enrollment, type Entity, entities } from './records.ts';
import { anotherPerson, recordTwice } from './rename-problems.ts';
import { partitionOf, readLines, type StateLine } from './state.ts';
import { takeStated } from './stated-renames.ts';
import type { Workspace } from './sync-stores.ts';

type Reading = {
  feed: string;
  state: CommittedState;
  edits: EditLayer;
  workspace: Workspace;
  /** What people have said of ids of any feed. */
  identities: readonly Identity[];
  /** Whether this feed brings a record of the state. */
  owns(line: StateLine): boolean;
  /** Ids that another feed of the district had first, and what they are to be here. */
  foreign(read: { snapshot: Snapshot; workspace: Workspace }): Promise<Alias[]>;
  /** Single people and classes are no reason to look whose all the others are. */
  isOnly: boolean;
  /** Opens the feed once more. */
  open(): Promise<OpenFeed>;
  problem(problem: Problem): Promise<void> | undefined;
  progress(rows: number): Promise<void> | undefined;
};

/** A feed by the roster's own ids, and where its rows are. */
export type Known = {
  snapshot: Snapshot;
  workspace: Workspace;
  /** Of all feeds, as they are after the plan. */
  aliases: Alias[];
  /** Ids that stand for other records than before the plan. */
  renames: Rename[];
};

/**
 * Reads a feed whose ids may not be the roster's own: those that are known are translated, those that are found to be new ids of known
 * records too, for which the feed is read again. So nothing after it sees any id but the roster's own.
 */
export async function readKnown(opened: OpenFeed, at: Reading): Promise<Known> {
  const all = (await at.state.lines('alias', 0, 1)).map(aliasOf);
  const mine = all.filter(({ feed }) => feed === at.feed);
  const said = at.identities.filter(({ feed }) => feed === at.feed);
  const known = laidOver(mine, said.map(toAlias(at.feed)));
  const first = await read(opened, at, { aliases: known, name: undefined });
  const foreign = await at.foreign(first);
  const taken = await givenAgain(at, first, said);
  const apart = laidOver(known, [...foreign, ...taken.map(toAlias(at.feed))]);
  const clear =
    foreign.length + taken.length > 0
      ? await read(await at.open(), at, { aliases: apart, name: 'apart' })
      : first;
  const found = await find({ ...at, workspace: clear.workspace }, { ...clear, said });
  const renamed = found.renames.map((one) => byFeed(one, clear.aliases));
  const after = laidOver(apart, renamed.map(toAlias(at.feed)));
  const last =
    renamed.length > 0 ? await read(await at.open(), at, { aliases: after, name: 'renamed' }) : clear;
  const { snapshot, workspace, aliases } = last;
  await leaveAlone({ ...at, workspace }, snapshot, found.others);
  const twice = snapshot.repeated.map(({ entity, ...one }) => recordTwice(entity, one));
  for (const problem of [...found.problems, ...twice]) await at.problem(problem);
  const kept = after.filter((alias) => isKept(alias, snapshot, aliases));
  return {
    ...{ snapshot, workspace, renames: [...saidRenames(mine, said), ...taken, ...renamed] },
    aliases: [...all.filter(({ feed }) => feed !== at.feed), ...kept],
  };
}

type Read = { snapshot: Snapshot; workspace: Workspace; aliases: Aliases };

/** `name`: of a reading that is not the first, whose files stand apart from those before. */
async function read(
  feed: OpenFeed,
  { state, workspace: whole, problem, progress }: Reading,
  { aliases: known, name }: { aliases: readonly Alias[]; name: string | undefined },
): Promise<Read> {
  const before = Object.fromEntries(entities.map((entity) => [entity, state.partitions(entity)]));
  const workspace = name === undefined ? whole : within(whole, name);
  const aliases = new Aliases(known);
  const snapshot = await readFeed(feed, before, {
    ...{ workspace, aliases, progress },
    // What is wrong with the feed the first reading has told.
    problem: name === undefined ? problem : () => undefined,
  });
  return { snapshot, workspace, aliases };
}

/** Ids that the source has given again, while their records are there by others: whoever has one now is somebody else. */
async function givenAgain(at: Reading, { snapshot }: Read, said: readonly Identity[]): Promise<Rename[]> {
  const isSaid = new Set(said.map(({ entity, id }) => `${entity}\t${id}`));
  const taken = snapshot.repeated.filter(({ entity, own }) => !isSaid.has(`${entity}\t${own}`));
  return Promise.all(
    taken.map(async ({ entity, own: id }) => {
      return { entity, id, own: await freeId(at.state, entity, id), agrees: ['id given again'] };
    }),
  );
}

const toAlias =
  (feed: string) =>
  ({ entity, id, ...of }: Pick<Alias, 'entity' | 'id'> & ({ own: string } | { is: string })): Alias => {
    return { entity, feed, id, own: 'own' in of ? of.own : of.is };
  };

type Looking = Read & { said: readonly Identity[] };

async function find(at: Reading, { snapshot, aliases, said }: Looking): Promise<Renames> {
  const pending = new Aliases([]);
  const settled = new Set(said.flatMap(({ entity, id, is }) => [`${entity}\t${id}`, `${entity}\t${is}`]));
  const sorting = { ...at, snapshot };
  const stated = at.isOnly ? { renames: [], problems: [] } : await takeStated(sorting, aliases, pending);
  for (const { entity, id, own } of stated.renames) settled.add(`${entity}\t${id}`).add(`${entity}\t${own}`);
  const found = await findRenames({
    ...sorting,
    pending,
    isSettled: (entity, id) => settled.has(`${entity}\t${id}`),
  });
  if (at.isOnly) {
    const { contested } = found;
    return { renames: [], others: contested, contested, problems: contested.map(anotherPerson) };
  }
  return {
    ...found,
    renames: [...stated.renames, ...found.renames],
    problems: [...stated.problems, ...found.problems],
  };
}

/** A row was looked at by the id that it had been translated to. */
function byFeed(rename: Rename, aliases: Aliases): Rename {
  return { ...rename, id: aliases.cameBy(rename.entity, rename.id) ?? rename.id };
}

function saidRenames(before: readonly Alias[], said: readonly Identity[]): Rename[] {
  const was = new Map(before.map(({ entity, id, own }) => [`${entity}\t${id}`, own]));
  return said
    .filter(({ entity, id, is }) => (was.get(`${entity}\t${id}`) ?? id) !== is)
    .map(({ entity, id, is }) => ({ entity, id, own: is, agrees: ['said by a person'] }));
}

/** The later of two for one id holds; an id that stands for itself needs none. */
function laidOver(aliases: readonly Alias[], more: readonly Alias[]): Alias[] {
  const byId = new Map([...aliases, ...more].map((alias) => [`${alias.entity}\t${alias.id}`, alias]));
  return [...byId.values()].filter(({ id, own }) => id !== own);
}

/** Some sources number enrollments anew every night: of those only the ids are kept that the feed has now. */
function isKept({ entity, id, own }: Alias, { complete }: Snapshot, aliases: Aliases): boolean {
  return entity !== 'enrollments' || !complete.has(entity) || aliases.cameBy(entity, own) === id;
}

/** Whose rows nobody can tell stay as they were, and so do their enrollments. */
async function leaveAlone(
  { state, workspace }: Pick<Reading, 'state' | 'workspace'>,
  { spills }: Snapshot,
  others: readonly string[],
): Promise<void> {
  if (others.length === 0) return;
  const drop = (entity: Entity, id: string) =>
    workspace.append(dropsFile(entity, partitionOf(id, spills[entity].partitions)), `row\t${id}\n`);
  for (const id of others) await drop('users', id);
  const theirs = new Set(others);
  const { partitions } = spills.enrollments;
  for (let partition = 0; partition < partitions; partition++) {
    const rows = readLines(await workspace.read(rowsFile('enrollments', partition)));
    for (const { id, json } of [...rows, ...(await state.lines('enrollments', partition, partitions))]) {
      // Lines of this entity hold its records.
      if (theirs.has((JSON.parse(json) as Enrollment).userId)) await drop('enrollments', id);
    }
  }
}

/** A part of a workspace that nothing else writes to. */
function within(workspace: Workspace, name: string): Workspace {
  return {
    append: (file, text) => workspace.append(`${name}.${file}`, text),
    read: (file) => workspace.read(`${name}.${file}`),
  };
}
