import { CommittedState } from '../roster/committed-state.ts';
import type { User } from '../roster/records.ts';
import type { StateLine } from '../roster/state.ts';
import type { Objects } from '../roster/sync-stores.ts';
import {
  type AccountRule,
  accountIdOf,
  ruleFor,
  type UnmadeAccount,
  type UnmadeCode,
  type WantedAccount,
  wantedAccount,
} from './account-rules.ts';

/** How far the accounts of a district follow its roster. A manifest that is absent is of the time before the first roster. */
export type Progress = {
  /** Rules and roster that all accounts are made by. */
  done?: Stand;
  /** What is gone through now, and the next partition of people. */
  doing?: Stand & { partition: number };
  /** Of the last time through. */
  made: number;
  removed: number;
  /** Of accounts that the guard of removal keeps, since they own queries or filters. */
  kept: number;
  /** The first of those whom a rule fits and who have no account. */
  unmade: UnmadeAccount[];
};
export type Stand = { rules: number; manifest?: string };

export const noProgress: Progress = { made: 0, removed: 0, kept: 0, unmade: [] };
const mostUnmade = 100;

export type AccountRules = { rules: AccountRule[]; revision: number };

export type ProvisionDeps = {
  objects: Pick<Objects, 'get'>;
  /** Key of the manifest of the committed roster. */
  committed(district: string): Promise<string | undefined>;
  rules: {
    find(district: string): Promise<AccountRules | undefined>;
    progress(district: string): Promise<{ progress: Progress; version: number }>;
    /** @returns whether nobody was faster */
    keep(district: string, progress: Progress, version: number): Promise<boolean>;
  };
  accounts: {
    /** How many the person has. */
    countOf(district: string, user: string): Promise<number>;
    /** With no roles. @returns why not, where it cannot be */
    create(district: string, wanted: NewByRule): Promise<UnmadeCode | undefined>;
    /** @returns whether it could be: one that owns queries or filters stays */
    remove(district: string, account: string): Promise<boolean>;
  };
  /** Accounts that rules made and whose person was purged; `settle`: this one waits no more. */
  released: {
    list(district: string): Promise<string[]>;
    settle(district: string, account: string): Promise<void>;
  };
};

export type NewByRule = WantedAccount & { id: string; user: string };

/**
 * Makes accounts for the people whom rules fit, and takes those away whose person was purged: suspension alone takes nothing, so
 * who comes back in the time of grace finds theirs as it was. Goes by what differs between two committed rosters; a partition whose
 * object is the same is not read.
 * @returns whether there is more to do
 */
export async function provisionAccounts(
  deps: ProvisionDeps,
  district: string,
  hasTime: () => boolean,
): Promise<boolean> {
  const left = await takeAway(deps, district);
  const rules = await deps.rules.find(district);
  if (rules === undefined) return false;
  let { progress, version } = await deps.rules.progress(district);
  const doing = progress.doing ?? (await nextStand(deps, district, rules, progress));
  if (doing === undefined) {
    if (left.removed + left.kept > 0) await deps.rules.keep(district, { ...progress, ...left }, version);
    return false;
  }
  // Rules that were put meanwhile come next: those who have an account keep it.
  const run = { deps, district, rules: rules.rules, isWhole: progress.done?.rules !== doing.rules };
  if (progress.doing === undefined) progress = { ...progress, ...left, made: 0, unmade: [], doing };
  const before = await CommittedState.open(deps.objects, district, progress.done?.manifest);
  const after = await CommittedState.open(deps.objects, district, doing.manifest);
  const count = Math.max(before.partitions('users').length, after.partitions('users').length);
  for (let { partition } = doing; partition < count; partition += 1) {
    const found = await goThrough(run, { before, after, partition, count });
    progress = added(progress, found, { ...doing, partition: partition + 1 });
    if (!(await deps.rules.keep(district, progress, version))) return true;
    version += 1;
    if (!hasTime()) return true;
  }
  const { doing: _, ...rest } = progress;
  const { partition: __, ...done } = doing;
  await deps.rules.keep(district, { ...rest, done }, version);
  return true;
}

async function nextStand(
  deps: ProvisionDeps,
  district: string,
  { revision }: AccountRules,
  { done }: Progress,
): Promise<Progress['doing']> {
  const manifest = await deps.committed(district);
  if (done?.rules === revision && done.manifest === manifest) return undefined;
  return { rules: revision, ...(manifest === undefined ? {} : { manifest }), partition: 0 };
}

type Run = { deps: ProvisionDeps; district: string; rules: readonly AccountRule[]; isWhole: boolean };
type Part = { before: CommittedState; after: CommittedState; partition: number; count: number };
type Found = Pick<Progress, 'made' | 'unmade'>;

async function goThrough(run: Run, { before, after, partition, count }: Part): Promise<Found> {
  const found: Found = { made: 0, unmade: [] };
  const keys = [before.keyAt('users', partition), after.keyAt('users', partition)];
  if (!run.isWhole && keys[0] === keys[1]) return found;
  const old = new Map((await before.lines('users', partition, count)).map((line) => [line.id, line]));
  for (const line of await after.lines('users', partition, count)) {
    const was = old.get(line.id);
    if (line.status !== 'active' || (!run.isWhole && was?.status === 'active' && was.json === line.json))
      continue;
    await make(run, line, found);
  }
  return found;
}

async function make({ deps, district, rules }: Run, line: StateLine, found: Found): Promise<void> {
  // Lines of this entity hold its records.
  const user = JSON.parse(line.json) as User;
  const rule = ruleFor(rules, user);
  // Another record of the same person has the account.
  if (rule === undefined || user.sameAsId !== undefined) return;
  if ((await deps.accounts.countOf(district, line.id)) > 0) return;
  const wanted = wantedAccount(rule, user);
  const since = line.changed ?? '';
  const code =
    'code' in wanted
      ? wanted.code
      : await deps.accounts.create(district, { ...wanted, id: accountIdOf(line.id, since), user: line.id });
  if (code === undefined) found.made += 1;
  else found.unmade.push({ user: line.id, rule: rule.name, code });
}

/** Those that stay are a person's to remove: they wait no more. */
async function takeAway(
  { accounts, released }: ProvisionDeps,
  district: string,
): Promise<Pick<Progress, 'removed' | 'kept'>> {
  const counts = { removed: 0, kept: 0 };
  for (let ids = await released.list(district); ids.length > 0; ids = await released.list(district)) {
    for (const id of ids) {
      counts[(await accounts.remove(district, id)) ? 'removed' : 'kept'] += 1;
      await released.settle(district, id);
    }
  }
  return counts;
}

function added(progress: Progress, found: Found, doing: Progress['doing']): Progress {
  return {
    ...progress,
    ...(doing === undefined ? {} : { doing }),
    made: progress.made + found.made,
    unmade: [...progress.unmade, ...found.unmade].slice(0, mostUnmade),
  };
}
