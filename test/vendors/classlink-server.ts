import { type Answer, type Call, json, startServer, type VendorServer } from './http-server.ts';
import { pageOf } from './oneroster-pages.ts';
import type { Fault } from './oneroster-server.ts';
import type { Item, Roster } from './roster-district.ts';

export const partnerKey = 'partner-key';
/** As ClassLink gives it: escaped already. */
export const applicationId = 'a%2Fb%3D';

export type ClassLinkState = {
  roster: Roster;
  bearer: string;
  revision: string;
  /** The application as the list has it. */
  application: Record<string, unknown>;
  /** Where the district's own server is. */
  direct?: { endpoint_url: string; client_id: string; client_secret: string };
};

export type ClassLinkServer = VendorServer & { url: URL; state: ClassLinkState };

const path = `/${applicationId}/ims/oneroster/v1p1`;

/**
 * The proxy of ClassLink: a list of applications for the partner key, and rosters by each tenant's own bearer. Source: what several
 * public clients do (codedotorg/code-dot-org, psd401/aistudio); no live answer was seen.
 */
export async function startClassLink(
  roster: Roster,
  more: Partial<ClassLinkState> & { fault?: Fault; max?: number } = {},
): Promise<ClassLinkServer> {
  const { fault, max = 10_000, ...own } = more;
  const application = {
    ...{ id: 77, application_id: 12, tenant_id: '2001', tenant_name: 'Ada Unified', enabled: 'true' },
    ...{ oneroster_application_id: applicationId, tenant_status: 'Active' },
  };
  const state: ClassLinkState = {
    roster: asCsv(roster),
    bearer: 'bearer-1',
    revision: '1',
    application,
    ...own,
  };
  const asked = new Map<string, number>();
  const server = await startServer((call) => {
    const at = asked.get(call.url.pathname) ?? 0;
    asked.set(call.url.pathname, at + 1);
    const answer = (): Answer => answerOf(state, call, max);
    return fault === undefined ? answer() : fault(call, at, answer);
  });
  return { ...server, url: new URL('/', server.origin), state };
}

function answerOf(state: ClassLinkState, call: Call, max: number): Answer {
  const { url, headers } = call;
  const isPartner = headers.authorization === `Bearer ${partnerKey}`;
  if (url.pathname === '/applications') {
    if (!isPartner) return refusal;
    const all = [
      { ...other, oneroster_application_id: 'older%3D', enabled: 'false' },
      { ...state.application, bearer: state.bearer },
      other,
    ];
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const limit = Number(url.searchParams.get('limit') ?? 100);
    return json({ status: 1, applications: all.slice(offset, offset + limit) });
  }
  if (url.pathname === `/applications/${applicationId}/server`)
    return isPartner && state.direct ? json({ status: 1, server: state.direct }) : refusal;
  if (!url.pathname.startsWith(`${path}/`)) return { status: 404, body: '{"status":0}' };
  if (headers.authorization !== `Bearer ${state.bearer}`) return refusal;
  const paging = { max, says: { total: true, next: 'none' as const }, sorts: true };
  const page = pageOf(
    { roster: state.roster, version: '1.1', paging },
    url.pathname.slice(path.length),
    call,
  );
  if (page.status !== 200) return page;
  const [items = []] = Object.values(JSON.parse(page.body) as Record<string, unknown[]>);
  const counts = { 'x-count': String(items.length), 'x-perm-rev': state.revision };
  return { ...page, headers: { ...page.headers, ...counts } };
}

const refusal: Answer = { status: 401, body: '{"status":0,"message":"Unauthorized"}' };
const other = {
  ...{ id: 78, application_id: 13, tenant_id: '2002', tenant_name: 'Other', enabled: 'true' },
  ...{ oneroster_application_id: 'other%3D', tenant_status: 'Active', bearer: 'not-yours' },
};

/** It serves the district's files again: all is text, and what they leave blank is there and empty. */
function asCsv(roster: Roster): Roster {
  const classes = roster.classes.map(
    (one): Item => ({ ...one, classCode: '', periods: [], subjects: [], subjectCodes: [] }),
  );
  return { ...roster, classes };
}
