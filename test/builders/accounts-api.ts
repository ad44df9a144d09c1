import { makeHandler } from '../../functions/manage-accounts/handler.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { type TestDynamo, testTables } from './dynamo.ts';
import { bodyOf, context, districtClient, httpEvent, recordingEvents } from './http-event.ts';
import { manageAccountsDeps } from './manage-accounts.ts';

type Deps = Parameters<typeof makeHandler>[0];

/** The accounts of the API over tables of its own. The time is always the same. */
export function accountsApi({ dynamo }: TestDynamo, changed: Partial<Deps> = {}) {
  const events = recordingEvents();
  const handler = makeHandler({ ...manageAccountsDeps(dynamo), events, ...changed });
  return { handler, events };
}

type Name = Parameters<typeof httpEvent>[0];
type More = Omit<NonNullable<Parameters<typeof httpEvent>[1]>, 'params'>;

/** Asks as the district's own client, where nobody else is said. */
export function asking(handler: ReturnType<typeof makeHandler>, district: string) {
  return async (name: Name, params: Record<string, string> = {}, more: More = {}) => {
    const as = districtClient(district);
    const answer = await handler(httpEvent(name, { as, ...more, params: { district, ...params } }), context);
    return {
      status: answer.statusCode,
      headers: answer.headers ?? {},
      body: answer.body === '' ? {} : bodyOf({ body: answer.body }),
    };
  };
}

/** A new district of the school year 2027. */
export async function makeDistrict({ dynamo }: TestDynamo, id: string): Promise<void> {
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-11-21T12:00:00Z' };
  await new Tenants(dynamo, testTables).createDistrict({ id, ...at });
}
