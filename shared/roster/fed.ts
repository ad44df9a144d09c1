import type { CommittedState } from './committed-state.ts';
import type { Lane } from './lane.ts';
import type { Planning } from './planning.ts';
import type { Fed, FedFile, Manifest } from './state.ts';
import type { Sync } from './sync.ts';
import type { Undone } from './undone-sync.ts';

/** Which feed of a district a sync is of, and what the state remembers of each. */

/** `feed`: its name, where it is not the district's first; `isOnly` where that has no other. `shared`: orgs that other feeds speak of too. */
export type From = { feed?: string; isOnly: boolean; shared: ReadonlySet<string> };

/** Which feed this is among those of the district. */
export function fromOf(lane: Lane, { manifest }: CommittedState, feed: string): From {
  const { fed, others = {} } = manifest;
  const isFirst = lane.feed === undefined || lane.feed === feed;
  const rest = Object.entries(others).flatMap(([name, one]) => (name === feed ? [] : one));
  const shared = new Set([...(isFirst || !fed ? [] : [fed]), ...rest].flatMap((one) => one.sharedOrgs ?? []));
  if (!isFirst) return { feed, isOnly: false, shared };
  return { isOnly: Object.keys(others).length === 0, shared };
}

/** The last good run of the same feed. */
export function lastOf({ fed, others }: Pick<Manifest, 'fed' | 'others'>, { feed }: From): Fed | undefined {
  return feed === undefined ? fed : others?.[feed];
}

/**
 * What a plan leaves behind of the feeds: held removals are no loss yet, so the rows before them still count. Of files that came with
 * changes, or not at all beside such, what was known still holds.
 */
function fedAfter(before: Fed | undefined, now: Fed, isHeld: boolean): Fed {
  const files = Object.entries(now.files).map(([file, { rows, ...shape }]): [string, FedFile] => [
    file,
    { ...shape, rows: isHeld ? Math.max(rows, before?.files[file]?.rows ?? 0) : rows },
  ]);
  const schoolYear = now.schoolYear ?? before?.schoolYear;
  const known = now.sendsChanges || files.length === 0 ? before?.files : {};
  return {
    files: { ...known, ...Object.fromEntries(files) },
    ...sharedOrgs([...(before?.sharedOrgs ?? []), ...(now.sharedOrgs ?? [])]),
    ...(schoolYear === undefined ? {} : { schoolYear }),
    ...(now.sendsChanges || before?.sendsChanges ? { sendsChanges: true } : {}),
  };
}

function sharedOrgs(ids: readonly string[]): Pick<Fed, 'sharedOrgs'> {
  return ids.length === 0 ? {} : { sharedOrgs: [...new Set(ids)].sort() };
}

/** A sync of single entities is no good run of the whole feed; a rollback goes back to the feed before. */
export function fedBy(
  { only }: Sync,
  { state, held }: Planning,
  { undone, now }: { undone: Undone | undefined; now: { fed: Fed; from: From } | undefined },
): Pick<Manifest, 'fed' | 'others'> {
  const { fed } = undone?.restored.feed ? undone : state.manifest;
  const others = undone ? othersBefore(state.manifest, undone) : state.manifest.others;
  const kept = { ...(fed === undefined ? {} : { fed }), ...(others === undefined ? {} : { others }) };
  if (now === undefined) return kept;
  const { feed } = now.from;
  const last = lastOf(kept, now.from);
  if (only !== undefined) {
    // It has records from now on, though no good run.
    return feed === undefined
      ? kept
      : {
          ...kept,
          others: {
            ...others,
            [feed]: fedAfter(undefined, { ...now.fed, ...last, files: last?.files ?? {} }, false),
          },
        };
  }
  const after = fedAfter(last, now.fed, held.changes > 0);
  return feed === undefined ? { ...kept, fed: after } : { ...kept, others: { ...others, [feed]: after } };
}

/** What the undone sync has left of other feeds' last good runs goes back; a feed that has ever had records is not forgotten. */
function othersBefore({ others }: Manifest, { parts }: Undone): Manifest['others'] {
  if (others === undefined) return undefined;
  const [was, made] = [parts.at(-1)?.before.manifest.others, parts[0]?.after.manifest.others];
  const isMine = (feed: string) =>
    JSON.stringify(others[feed]) === JSON.stringify(made?.[feed]) &&
    JSON.stringify(was?.[feed]) !== JSON.stringify(made?.[feed]);
  return Object.fromEntries(
    Object.entries(others).map(([feed, now]) => [feed, isMine(feed) ? (was?.[feed] ?? { files: {} }) : now]),
  );
}
