import { staticBearer } from '../oneroster-rest/authorization.ts';
import { askJson, askPage, Refused } from '../oneroster-rest/client.ts';
import { isRecord, textOf } from '../oneroster-rest/collections.ts';
import { readPages } from '../oneroster-rest/read-pages.ts';
import { PullRejected, type VendorHttp } from '../pulling.ts';

/** One district that shares its rosters with the holder of the partner key. */
export type Application = { applicationId: string; bearer: string };

export type Partner = {
  http: VendorHttp;
  /** Of the proxy, without a path. */
  origin: string;
  partnerKey: string;
  tenantId: string;
};

const pageLimit = 1_000;
/** It is put into paths as it is, percent signs and all: encoded again, no server would know it. */
const pathPart = /^(?:[\w.~-]|%[0-9A-Fa-f]{2})+$/;

/**
 * The one application of the tenant that is enabled and active. The list is asked for anew each time, as its bearers change.
 * @throws {PullRejected} vendor-refused where there is none, or more than one; and as any list may be refused
 */
export async function applicationOf(partner: Partner): Promise<Application> {
  const found: Application[] = [];
  for (const item of (await applications(partner)).items()) {
    // What readPages holds is what `keep` made of it.
    const { tenantId, isOpen, ...application } = item as Application & { tenantId: string; isOpen: boolean };
    if (tenantId === partner.tenantId && isOpen) found.push(application);
  }
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) {
    const said =
      only === undefined ? 'no application that is enabled and active' : `${found.length} applications`;
    throw new PullRejected(
      'vendor-refused',
      `ClassLink lists ${said} for the tenant.`,
      'The district must share its rosters with the partner in ClassLink, once; check tenantId and partnerKey too.',
    );
  }
  if (pathPart.test(only.applicationId) && !/^(?:\.|%2e){1,2}$/i.test(only.applicationId)) return only;
  throw new PullRejected(
    'vendor-answer',
    'ClassLink gives an application an id that fits no address.',
    'Nothing was taken over. Tell ClassLink.',
  );
}

async function applications(partner: Partner) {
  const asking = { http: partner.http, authorization: staticBearer(partner.partnerKey) };
  try {
    return await readPages({
      ...{ name: 'applications', url: new URL('/applications', partner.origin), limit: pageLimit },
      get: (url) => askPage(asking, url, 'applications'),
      idOf: (row) => textOf(row.oneroster_application_id),
      keep: (row) => ({
        tenantId: textOf(row.tenant_id) ?? '',
        applicationId: textOf(row.oneroster_application_id) ?? '',
        bearer: textOf(row.bearer) ?? '',
        isOpen: textOf(row.enabled) === 'true' && textOf(row.tenant_status) === 'Active',
      }),
    });
  } catch (error) {
    throw error instanceof Refused ? refusedList(error) : error;
  }
}

/** Where the district's own server is, and what requests to it are signed with. */
export type DirectServer = { endpoint: URL; clientId: string; clientSecret: string };

/** @throws {PullRejected} vendor-answer where the proxy does not say it */
export async function directServerOf(
  partner: Partner,
  { applicationId }: Application,
): Promise<DirectServer> {
  const asking = { http: partner.http, authorization: staticBearer(partner.partnerKey) };
  const url = new URL(`${partner.origin}/applications/${applicationId}/server`);
  const { body } = await askJson(asking, url).catch((error: unknown) => {
    throw error instanceof Refused ? refusedList(error) : error;
  });
  const server = isRecord(body) && isRecord(body.server) ? body.server : body;
  if (isRecord(server)) {
    const { client_id: clientId, client_secret: clientSecret, endpoint_url: endpoint } = server;
    const isWhole = [clientId, clientSecret, endpoint].every((text) => textOf(text) !== undefined);
    if (isWhole && URL.canParse(String(endpoint)))
      return {
        endpoint: new URL(String(endpoint)),
        clientId: String(clientId),
        clientSecret: String(clientSecret),
      };
  }
  throw new PullRejected(
    'vendor-answer',
    "ClassLink does not say where the district's own server is.",
    'Leave out `mode` to pull through the proxy of ClassLink, or ask the district to allow direct access.',
  );
}

function refusedList({ status }: Refused): PullRejected {
  return new PullRejected(
    'vendor-refused',
    `ClassLink answered ${status} for its list of applications.`,
    'Check the partner key of the feed with ClassLink, and enter it again.',
  );
}
