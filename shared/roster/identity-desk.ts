import { RequestError } from '../errors.ts';
import { CommittedState } from './committed-state.ts';
import { freeId } from './find-renames.ts';
import {
  type Identity,
  type IdentityAt,
  identityKey,
  maxIdentities,
  withIdentity,
  withoutIdentity,
} from './identities.ts';
import { identitiesOf, putIdentities } from './identity-documents.ts';
import type { Lane } from './lane.ts';
import { busy, type DeskDeps, maxRaces } from './sync-desk.ts';
import type { Objects } from './sync-stores.ts';

/** What people say of ids of feeds: whose one is. The feed's next sync goes by it. */
export type IdentityDeps = Pick<DeskDeps, 'ledger' | 'now'> & { objects: Objects };

type Saying = IdentityAt & { district: string; is: string; by: string; reason: string };

/** Where an id is not anybody's whom the roster knows. */
export const somebodyNew = 'new';

export async function identitiesSaid(
  { ledger, objects }: Pick<IdentityDeps, 'ledger' | 'objects'>,
  district: string,
): Promise<Identity[]> {
  return identitiesOf(objects, district, (await ledger.lane(district)).value.identities);
}

/**
 * Says whose the id of a feed is: a record of the roster, by its own id, or somebody new.
 * @throws {RequestError} not-found where the roster has no such record; unprocessable where too much was said
 */
export async function sayIdentity(deps: IdentityDeps, asked: Saying): Promise<Identity> {
  const { district, entity, feed, id, by: owner, reason } = asked;
  return change(deps, district, async (lane, all) => {
    const state = await CommittedState.open(deps.objects, district, lane.committed.manifest);
    const is = asked.is === somebodyNew ? await newId(state, asked) : asked.is;
    if (asked.is !== somebodyNew && (await state.line(entity, is)) === undefined) {
      throw new RequestError('not-found', 'unknown-record', `None of the ${entity} has this sourcedId.`);
    }
    const said: Identity = { entity, feed, id, is, owner, reason, at: deps.now() };
    const next = withIdentity(all, said);
    if (next.length > maxIdentities) {
      const message = `A district keeps at most ${maxIdentities} of these. Take some back, or mend the ids at the source.`;
      throw new RequestError('unprocessable', 'too-many-identities', message);
    }
    return { next, result: said };
  });
}

/** @throws {RequestError} not-found where nobody has said anything of the id */
export async function unsayIdentity(
  deps: IdentityDeps,
  { district, ...at }: IdentityAt & { district: string },
): Promise<void> {
  await change(deps, district, async (_, all) => {
    if (!all.some((one) => identityKey(one) === identityKey(at))) {
      throw new RequestError('not-found', 'unknown-identity', 'Nobody has said whose this id is.');
    }
    return { next: withoutIdentity(all, at), result: undefined };
  });
}

/** The id itself, where no record has it: else one of their own. */
async function newId(state: CommittedState, { entity, id }: IdentityAt): Promise<string> {
  return (await state.line(entity, id)) === undefined ? id : freeId(state, entity, id);
}

async function change<T>(
  { ledger, objects }: IdentityDeps,
  district: string,
  step: (lane: Lane, all: Identity[]) => Promise<{ next: Identity[]; result: T }>,
): Promise<T> {
  for (let race = 0; race < maxRaces; race++) {
    const lane = await ledger.lane(district);
    const all = await identitiesOf(objects, district, lane.value.identities);
    const { next, result } = await step(lane.value, all);
    const identities = await putIdentities(objects, district, next);
    const done = await ledger.write({
      lane: { value: { ...lane.value, identities }, version: lane.version },
      syncs: [],
    });
    if (done) return result;
  }
  throw busy();
}
