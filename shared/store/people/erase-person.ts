import type { Certificate } from '../../audit/certificate.ts';
import type { ErasureMessage } from '../../messages/privacy.ts';
import { keptOutDigest } from '../../roster/kept-out.ts';
import type { Lane } from '../../roster/lane.ts';
import { madeUlid } from '../../roster/made-ulid.ts';
import { defaultGuard, isOver, type Sync } from '../../roster/sync.ts';
import { type DeskDeps, startSync, withoutFeed } from '../../roster/sync-desk.ts';
import type { CertificateKeys } from '../certificates.ts';
import type { DistrictQueue } from '../district-queue.ts';
import type { Erasures, StoredErasure } from '../erasures.ts';
import type { KeptPerson } from './kept-person.ts';
import { type StoreOfPeople, storesOfPeople } from './stores-of-people.ts';
import type { Walker } from './walker.ts';

export type EraseDeps = DeskDeps & {
  erasures: Pick<Erasures, 'find' | 'keep'>;
  walkers: Record<StoreOfPeople, Walker>;
  keys: Pick<CertificateKeys, 'sign'>;
  queue: Pick<DistrictQueue<ErasureMessage>, 'send'>;
};

type At = { district: string; erasureId: string };

/** Nobody may sign in any more, and nothing is left that would keep the roster from forgetting them. */
const first: readonly StoreOfPeople[] = ['accounts', 'logins'];

/** Seconds between two looks at the sync that an erasure waits for. */
const lookEverySeconds = 2;
/** After that many syncs that were cancelled or failed, it rests until the night. */
const maxSyncs = 5;
/** Nights on which an erasure that is incomplete is tried again; then somebody has to look. */
const maxRetries = 7;

/**
 * One delivery of an erasure: goes on from what is left, whatever happened to the deliveries before. The roster forgets the person by a sync
 * in the district's lane; what is kept elsewhere goes after it, so that no plan can bring back what was taken out. Then all stores are
 * looked at again, and the certificate says what was found.
 */
export async function erasePerson(deps: EraseDeps, { district, erasureId }: At): Promise<void> {
  const erasure = await deps.erasures.find(district, erasureId);
  const person = erasure?.person;
  if (erasure === undefined || person === undefined || erasure.state === 'done') return;
  const erased = { ...erasure.erased };
  const erase = async (stores: readonly StoreOfPeople[]) => {
    for (const store of stores)
      erased[store] = (erased[store] ?? 0) + (await deps.walkers[store].erase(person));
  };
  await erase(first);
  const sync = await rosterSync(deps, erasure, person);
  if (sync === 'waits' || sync === 'again') {
    const syncs = erasure.syncs + (sync === 'again' ? 1 : 0);
    const isStuck = syncs >= maxSyncs * (1 + erasure.retries);
    const state: Pick<StoredErasure, 'state' | 'left'> = isStuck
      ? { state: 'incomplete', left: ['roster'] }
      : { state: 'erasing' };
    const { left: _, ...before } = erasure;
    await deps.erasures.keep(district, { ...before, ...state, erased, syncs });
    if (!isStuck) await deps.queue.send({ kind: 'erasure', district, erasureId }, lookEverySeconds);
    return;
  }
  erased.roster = Object.values(sync.counts ?? {}).reduce((sum, { purged = 0 }) => sum + purged, 0);
  await erase(storesOfPeople);
  const certificate = await certify(deps, erasure, { person, erased });
  const left = Object.entries(certificate.stores).flatMap(([store, { left }]) => (left > 0 ? [store] : []));
  const signed = await deps.keys.sign(certificate);
  const { person: _, left: _before, ...rest } = erasure;
  await deps.erasures.keep(district, {
    ...{ ...rest, erased, signed },
    ...(left.length === 0 ? { state: 'done' } : { state: 'incomplete', person, left }),
  });
}

export type RetryDeps = {
  erasures: Pick<Erasures, 'incomplete' | 'keep'>;
  queue: Pick<DistrictQueue<ErasureMessage>, 'send'>;
  /** Nobody tries any more. */
  givenUp(at: { district: string; erasure: string; left: string }): void;
};

/** Once a night: what could not be taken to its end goes on, for some nights; then it is told every night until somebody has looked. */
export async function retryErasures(
  { erasures, queue, givenUp }: RetryDeps,
  district: string,
): Promise<void> {
  for await (const erasure of erasures.incomplete(district)) {
    const { erasureId, retries, left = [] } = erasure;
    if (retries >= maxRetries) {
      givenUp({ district, erasure: erasureId, left: left.join(' ') });
      continue;
    }
    await erasures.keep(district, { ...erasure, retries: retries + 1 });
    await queue.send({ kind: 'erasure', district, erasureId });
  }
}

/** The sync is asked for once a try: its id is made of the erasure's. */
async function rosterSync(
  deps: EraseDeps,
  { erasureId, syncs, at, keepOut }: StoredErasure,
  { district, users, feedIds }: KeptPerson,
): Promise<Sync | 'waits' | 'again'> {
  const syncId = madeUlid(Date.parse(at), [district, erasureId, String(syncs)]);
  const digests = [...users, ...feedIds].map((id) => keptOutDigest(district, id));
  const mark = (lane: Lane): Lane =>
    keepOut ? { ...lane, keptOut: [...new Set([...(lane.keptOut ?? []), ...digests])] } : lane;
  const asked = {
    district,
    syncId,
    kind: 'purge',
    erases: users,
    dryRun: false,
    requestedBy: 'erasure',
  } as const;
  // Who asked for the erasure knows that one person's roles go.
  const guard = { ...defaultGuard, percent: 100 };
  const started = await startSync(deps, { ...asked, ...withoutFeed, guard }, mark);
  if (started.state === 'applied') return started;
  return isOver(started.state) || started.state === 'held' ? 'again' : 'waits';
}

async function certify(
  { walkers, now }: EraseDeps,
  { erasureId, digest }: StoredErasure,
  { person, erased }: { person: KeptPerson; erased: Readonly<Record<string, number>> },
): Promise<Certificate> {
  const stores: Certificate['stores'] = {};
  for (const store of storesOfPeople) {
    stores[store] = { ...(await walkers[store].look(person)), erased: erased[store] ?? 0 };
  }
  return { district: person.district, erasure: erasureId, person: digest, at: now(), stores };
}
