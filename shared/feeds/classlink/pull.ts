import { type Authorization, signing } from '../oneroster-rest/authorization.ts';
import { Refused } from '../oneroster-rest/client.ts';
import { type Pulling, pullCollections, pulledOf, rejected } from '../oneroster-rest/pull-collections.ts';
import { incomplete, methodOf } from '../oneroster-rest/settings.ts';
import {
  type Pull,
  type PullOptions,
  PullRejected,
  type VendorAnswer,
  VendorUnavailable,
} from '../pulling.ts';
import { type Application, applicationOf, directServerOf, type Partner } from './applications.ts';

/** Readings of the whole roster, where its revision changes meanwhile. */
const maxReadings = 3;
const rosterPath = '/ims/oneroster/v1p1';

/**
 * A district's Roster Server, through the proxy of ClassLink or (`mode` direct) at its own address. Always in full, as ClassLink serves
 * the nightly files of the district, which know no deletions; unless the revision is that of the last pull: then there is nothing new.
 * Credentials: `partnerKey` and `tenantId`; `serverUrl` where it is direct.
 * @throws {PullRejected}
 * @throws {VendorUnavailable}
 */
export async function pullClassLink(options: PullOptions): Promise<Pull> {
  const { http, credentials, since, include = {} } = options;
  const { partnerKey, tenantId, mode } = credentials;
  if (partnerKey === undefined || tenantId === undefined) throw incomplete('Enter partnerKey and tenantId.');
  if (mode !== undefined && mode !== 'proxy' && mode !== 'direct')
    throw incomplete('mode is proxy, or direct.');
  const partner: Partner = { http, origin: options.url.origin, partnerKey, tenantId };
  const { base, authorization } = await reach(partner, options);
  const known = since?.revision;
  for (let reading = 0; reading < maxReadings; reading++) {
    const revision = new Revision(reading === 0 ? known : undefined);
    const onAnswer = (answer: VendorAnswer) => revision.note(answer);
    try {
      const held = await pullCollections({ http, authorization, base, include, onAnswer } satisfies Pulling);
      return pullOf('full', pulledOf(held), revision.seen);
    } catch (error) {
      if (error instanceof Unchanged) return pullOf('delta', nothing(), known);
      if (error instanceof Refused) throw rejected(error);
      if (!(error instanceof RevisionChanged)) throw error;
    }
  }
  throw new VendorUnavailable('The rosters kept changing while they were read');
}

/** Data and permissions: it changes with either. */
class Revision {
  seen: string | undefined;
  readonly #known: string | undefined;

  constructor(known: string | undefined) {
    this.#known = known;
  }

  note({ headers }: VendorAnswer): void {
    const now = headers.get('x-perm-rev')?.trim();
    if (now === undefined || now === '') return;
    if (this.seen === undefined && now === this.#known) throw new Unchanged();
    if (this.seen !== undefined && now !== this.seen) throw new RevisionChanged();
    this.seen = now;
  }
}

class Unchanged extends Error {
  override name = 'Unchanged';
}

class RevisionChanged extends Error {
  override name = 'RevisionChanged';
}

async function reach(
  partner: Partner,
  { credentials, now }: PullOptions,
): Promise<{ base: string; authorization: Authorization }> {
  const application = await applicationOf(partner);
  if (credentials.mode !== 'direct') {
    const base = `${partner.origin}/${application.applicationId}${rosterPath}`;
    return { base, authorization: bearerOf(partner, application) };
  }
  const { endpoint, clientId, clientSecret } = await directServerOf(partner, application);
  if (!isNamed(endpoint, credentials.serverUrl)) throw foreign(endpoint);
  const path = endpoint.pathname.replace(/\/$/, '');
  const method = methodOf({ signatureMethod: 'HMAC-SHA1', ...credentials });
  return {
    base: `${endpoint.origin}${path.endsWith(rosterPath) ? path : `${path}${rosterPath}`}`,
    authorization: signing({ key: clientId, secret: clientSecret, method }, now),
  };
}

/** An answer alone may not send requests, and what signs them, to any host. */
function isNamed(endpoint: URL, serverUrl = ''): boolean {
  return URL.canParse(serverUrl) && new URL(serverUrl).origin === endpoint.origin;
}

function foreign(endpoint: URL): PullRejected {
  return new PullRejected(
    'vendor-address',
    `ClassLink gives ${endpoint.origin} as the district's own server, which the feed does not name.`,
    'Ask the district whether that is its server, and enter it as serverUrl with the credentials.',
  );
}

/** A bearer stays until ClassLink gives the tenant another; if it has not, a refusal is meant. */
function bearerOf(partner: Partner, { bearer, applicationId }: Application): Authorization {
  let current = bearer;
  return {
    header: async () => `Bearer ${current}`,
    async renew() {
      const fresh = await applicationOf(partner);
      if (fresh.bearer === current || fresh.applicationId !== applicationId) return false;
      current = fresh.bearer;
      return true;
    },
  };
}

function pullOf(mode: Pull['mode'], items: Pull['items'], revision: string | undefined): Pull {
  const ended = revision === undefined ? {} : { cursor: { revision }, revision };
  return { mode, items, end: () => ended };
}

async function* nothing(): AsyncGenerator<never> {}
