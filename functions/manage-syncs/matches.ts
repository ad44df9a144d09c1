import { RequestError } from '../../shared/errors.ts';
import { CommittedState } from '../../shared/roster/committed-state.ts';
import { type Match, matchOf } from '../../shared/roster/matches.ts';
import type { User } from '../../shared/roster/records.ts';
import type { Objects, SyncLedger } from '../../shared/roster/sync-stores.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import { walk } from '../../shared/store/cursors.ts';
import type { EditsDesk } from './edits-desk.ts';

type MatchHandlers = Pick<Handlers<'manage-syncs'>, 'listMatches' | 'decideMatch' | 'undoMatch'>;

/** What is committed of records that look like one person. */
export type Matches = {
  list(district: string): Promise<Match[]>;
  user(district: string, id: string): Promise<User | undefined>;
};

export function makeMatches({ ledger, objects }: { ledger: SyncLedger; objects: Objects }): Matches {
  const open = async (district: string) =>
    CommittedState.open(objects, district, (await ledger.lane(district)).value.committed.manifest);
  return {
    async list(district) {
      return (await (await open(district)).lines('match', 0, 1)).map(matchOf);
    },
    async user(district, id) {
      const line = await (await open(district)).line('users', id);
      // Lines of this entity hold its records.
      return line === undefined ? undefined : (JSON.parse(line.json) as User);
    },
  };
}

type Deps = { matches: Matches; edits: EditsDesk; events: Pick<Events, 'audited'> };

/** Both records stay as their feeds bring them: what a person decides is an edit that can be released, and a sync that can be undone. */
export function makeMatchHandlers({ matches, edits, events }: Deps): MatchHandlers {
  async function users(district: string, { user, other }: { user: string; other: string }) {
    if (user === other) throw unfit('A record can’t be matched with itself.');
    const [main, second] = await Promise.all([matches.user(district, user), matches.user(district, other)]);
    if (main === undefined || second === undefined) {
      throw new RequestError('not-found', 'unknown-record', 'None of the users has this sourcedId.');
    }
    return { main, second };
  }
  return {
    async listMatches({ params: { district }, query }) {
      const all = (await matches.list(district)).map((item) => ({ sk: JSON.stringify(item.users), item }));
      return walk(['matches'], query, async ({ after, limit }) => {
        const rest = all.filter(({ sk }) => after === undefined || sk > after);
        return { items: rest.slice(0, limit), more: rest.length > limit };
      });
    },

    async decideMatch({ params: { district, ...pair }, body, by, now, newId, require }) {
      await require('hmh:roster.automated_import', { type: 'district', id: district });
      const { main, second } = await users(district, pair);
      const isListed = (await matches.list(district)).some(
        ({ users: [one, other] }) => one === pair.user && other === pair.other,
      );
      const isDecided = second.sameAsId === pair.user || second.differsFromIds?.includes(pair.user) === true;
      if (body.same && main.sameAsId !== undefined) {
        throw unfit(`${pair.user} goes by ${main.sameAsId} itself: take that back first.`);
      }
      if (!isListed && !isDecided) {
        throw unfit(
          'These two are not among the matches. Who knows better links them by an edit of sameAsId.',
        );
      }
      const wish = body.same
        ? { field: 'sameAsId', value: pair.user }
        : { field: 'differsFromIds', value: [...new Set([...(second.differsFromIds ?? []), pair.user])] };
      const at = { entity: 'users', sourcedId: pair.other } as const;
      const told = { owner: by, reason: body.reason, at: now.toISOString() };
      const asking = { syncId: newId, by, ifMatch: undefined };
      const { sync } = await edits.override(district, asking, { ...at, ...wish, ...told });
      const action = body.same ? 'people-merged' : 'people-told-apart';
      events.audited({ district, by, action, what: { ...pair, sync: sync.syncId } });
      return sync;
    },

    async undoMatch({ params: { district, ...pair }, by, newId, require }) {
      await require('hmh:roster.automated_import', { type: 'district', id: district });
      const { second } = await users(district, pair);
      const at = { entity: 'users', sourcedId: pair.other } as const;
      const isLinked = second.sameAsId === pair.user;
      if (!isLinked && second.differsFromIds?.includes(pair.user) !== true) {
        throw new RequestError('not-found', 'unknown-match', 'Nobody has decided about these two.');
      }
      const field = isLinked ? 'sameAsId' : 'differsFromIds';
      const { sync } = await edits.release(
        district,
        { syncId: newId, by, ifMatch: undefined },
        { ...at, field },
      );
      events.audited({ district, by, action: 'match-undone', what: { ...pair, sync: sync.syncId } });
      return sync;
    },
  };
}

function unfit(message: string): RequestError {
  return new RequestError('unprocessable', 'match-unfit', message);
}
