import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { networkOf } from '../audit/line.ts';
import type { Caller } from '../messages/caller.ts';
import type { Route } from '../messages/route.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { Origin } from './audit-trail.ts';
import { actsAs } from './permissions.ts';

type Exchange = { route: Route; requestId: string; now: Date; caller?: Caller | undefined };

/** Where a request came from, for all that it leaves in the audit. */
export function originOf(event: APIGatewayProxyEventV2, { route, requestId, now, caller }: Exchange): Origin {
  return {
    at: now.toISOString(),
    requestId,
    clientId: caller?.clientId,
    from: networkOf(event.requestContext.http.sourceIp),
    route: route.name,
  };
}

/** That somebody read about people: ids of the path, which parameters were given, how many came back; never what they say. */
export function readOf(
  route: Route,
  read: { caller: Caller; params: Params; asked: Params; items: unknown },
): AuditEntry | undefined {
  if (route.reads !== 'people') return undefined;
  const { district = read.caller.district, ...path } = read.params ?? {};
  const names = Object.keys(read.asked ?? {}).sort();
  const count = countOf(read.items);
  return {
    ...(district === undefined ? {} : { district: String(district) }),
    by: actsAs(read.caller),
    action: 'read',
    what: {
      ...Object.fromEntries(Object.entries(path).map(([name, value]) => [name, String(value)])),
      ...(names.length === 0 ? {} : { parameters: names.join(' ') }),
      ...(count === undefined ? {} : { count }),
    },
  };
}

type Params = Readonly<Record<string, unknown>> | undefined;

/** Of a list as many as it has, whatever its one list is called. */
function countOf(items: unknown): number | undefined {
  if (typeof items !== 'object' || items === null) return undefined;
  const lists = Object.values(items).filter((value) => Array.isArray(value));
  return lists.length === 1 && Object.keys(items).length <= 3 ? lists[0]?.length : 1;
}
