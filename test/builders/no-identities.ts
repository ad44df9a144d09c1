import type { IdentityDeps } from '../../shared/roster/identity-desk.ts';

const refuse = () => Promise.reject(new Error('another test'));

/** For handlers whose test says nothing of ids of feeds. */
export const noIdentities: IdentityDeps = {
  ledger: {
    ...{ lane: refuse, sync: refuse, write: refuse, chunkDone: refuse },
    ...{ chunksLeft: refuse, movedAt: refuse, progress: refuse },
  },
  objects: { put: refuse, get: refuse },
  now: () => '',
};
