import { Certificate } from '../../shared/audit/certificate.ts';
import { RequestError } from '../../shared/errors.ts';
import type { ErasureMessage, ErasureView } from '../../shared/messages/privacy.ts';
import { keptOutDigest } from '../../shared/roster/kept-out.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import type { IdempotencyKeys } from '../../shared/runtime/idempotency.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { CertificateKeys } from '../../shared/store/certificates.ts';
import type { DistrictQueue } from '../../shared/store/district-queue.ts';
import type { Erasures, StoredErasure } from '../../shared/store/erasures.ts';
import type { KeptFacts } from '../../shared/store/kept-facts.ts';
import type { Known } from '../../shared/store/people/kept-person.ts';
import { type StoreOfPeople, storesOfPeople } from '../../shared/store/people/stores-of-people.ts';
import type { Found, Walker } from '../../shared/store/people/walker.ts';

export type Deps = {
  findPerson(district: string, user: string): Promise<Known>;
  walkers: Record<StoreOfPeople, Pick<Walker, 'find'>>;
  /** Puts a document of text pieces where only who is given the address can fetch it. */
  publish(
    place: { district: string; id: string },
    pieces: AsyncIterable<string>,
  ): Promise<{ url: string; bytes: number; seconds: number }>;
  erasures: Pick<Erasures, 'create' | 'find' | 'retention' | 'putRetention'>;
  facts: Pick<KeptFacts, 'owned' | 'copy'>;
  keys: Pick<CertificateKeys, 'published'>;
  queue: Pick<DistrictQueue<ErasureMessage>, 'send'>;
  decide: Decide;
  idempotency: IdempotencyKeys;
  events: Events;
  now: () => Date;
};

export function makeHandler(deps: Deps) {
  const { findPerson, walkers, publish, erasures, facts, keys, queue, ...rest } = deps;

  return httpHandler<'manage-privacy'>({
    function: 'manage-privacy',
    ...rest,
    handlers: {
      async exportUser({ params: { district, user }, by, now, newId }) {
        const { person } = await known(district, user);
        const { url, bytes, seconds } = await publish({ district, id: newId }, documentOf(person));
        rest.events.audited({ district, by, action: 'person-exported', what: { user, bytes } });
        return { url, bytes, expiresAt: new Date(now.getTime() + seconds * 1000).toISOString() };
      },

      async eraseUser({ params: { district, user }, query, body: { keepOut }, by, now, newId }) {
        const { person, statuses } = await known(district, user);
        if (!keepOut && statuses.includes('active')) {
          const message =
            'The feed still has this person as active, and would bring them again. Take them out of it and sync, or say keepOut.';
          throw new RequestError('conflict', 'still-active', message);
        }
        await settleDats(district, person.accounts, query);
        const erasure = await erasures.create(district, {
          ...{ erasureId: newId, state: 'queued', by, at: now.toISOString(), keepOut, person },
          ...{ digest: keptOutDigest(district, user), syncs: 0, retries: 0, erased: {} },
        });
        await queue.send({ kind: 'erasure', district, erasureId: erasure.erasureId });
        // Whose details are gone from now on: whoever verifies the audit goes by these.
        const people = [...person.users, ...person.accounts].join(' ');
        const what = { user, erasure: erasure.erasureId, keepOut, people };
        rest.events.audited({ district, by, action: 'person-erased', what });
        return viewOf(erasure);
      },

      async getErasure({ params: { district, erasure: id } }) {
        const erasure = await erasures.find(district, id);
        if (erasure === undefined)
          throw new RequestError(
            'not-found',
            'unknown-erasure',
            'There is no such erasure in this district.',
          );
        return viewOf(erasure);
      },

      getRetention: ({ params: { district } }) => erasures.retention(district),

      async putRetention({ params: { district }, body, by }) {
        await erasures.putRetention(district, body);
        rest.events.audited({ district, by, action: 'retention-changed', what: { ...body } });
        return body;
      },

      listCertificateKeys: async () => ({ keys: await keys.published() }),
    },
  });

  async function known(district: string, user: string): Promise<Known> {
    const found = await findPerson(district, user);
    if (found.statuses.length > 0 || found.person.accounts.length > 0) return found;
    throw new RequestError('not-found', 'unknown-user', 'Neither the roster nor an account has this id.');
  }

  /** As at the removal of a user (003:25): nothing becomes inaccessible that nobody has looked at. */
  async function settleDats(
    district: string,
    accounts: readonly string[],
    { dats: choice, copyTo }: { dats?: 'copy' | 'discard' | undefined; copyTo?: string | undefined },
  ): Promise<void> {
    const owned = await Promise.all(
      accounts.map(async (account) => ({ account, dats: await facts.owned(district, account) })),
    );
    const all = owned.flatMap(({ dats }) => dats);
    if (all.length === 0 || choice === 'discard') return;
    if (copyTo === undefined || accounts.includes(copyTo)) {
      const message =
        'With the person, these queries and filters become inaccessible to everyone: copy them (dats=copy&copyTo=…) or accept it (dats=discard).';
      throw new RequestError('conflict', 'dats-owned', message, { detail: { dats: all } });
    }
    for (const { account, dats } of owned) {
      for (const dat of dats) await facts.copy(district, dat, { from: account, to: copyTo });
    }
  }

  async function* documentOf(person: Known['person']): AsyncGenerator<string> {
    const { district, users, accounts } = person;
    yield `{"district":${JSON.stringify(district)},"records":${JSON.stringify(users)},"accounts":${JSON.stringify(accounts)},"stores":{`;
    for (const [at, store] of storesOfPeople.entries()) {
      yield `${at === 0 ? '' : ','}${JSON.stringify(store)}:[`;
      yield* listed(walkers[store].find(person));
      yield ']';
    }
    yield '}}\n';
  }
}

async function* listed(found: AsyncIterable<Found>): AsyncGenerator<string> {
  let comma = '';
  for await (const one of found) {
    yield `${comma}${JSON.stringify(one)}`;
    comma = ',';
  }
}

function viewOf({ erasureId, state, at, by, signed, left, retries }: StoredErasure): ErasureView {
  const view = {
    ...{ erasureId, state, requestedAt: at, requestedBy: by },
    ...(left === undefined ? {} : { left, retries }),
  };
  return signed === undefined ? view : { ...view, signed, certificate: certificateIn(signed) };
}

/** Signed by us and kept by us; whoever gets it checks it by the published keys. */
function certificateIn(signed: string): Certificate {
  const [, payload = ''] = signed.split('.');
  return Certificate.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
}
