import { makeHandler } from '../../functions/manage-accounts/handler.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { Assignments } from '../../shared/store/assignments.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { KeptFacts } from '../../shared/store/kept-facts.ts';
import { OwnFacts } from '../../shared/store/own-facts.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { type TestDynamo, testTables } from './dynamo.ts';
import { bodyOf, context, districtClient, httpEvent, recordingEvents } from './http-event.ts';

type Deps = Parameters<typeof makeHandler>[0];

/** The accounts of the API over tables of its own. The time is always the same. */
export function accountsApi({ dynamo }: TestDynamo, changed: Partial<Deps> = {}) {
  const access = new AccessStore(dynamo, testTables.access);
  const events = recordingEvents();
  const closed: string[] = [];
  const signedIn = new Map<string, string>();
  const logins = {
    close: async (_: string, account: string) => void closed.push(account),
    lastSignIns: async () => signedIn,
  };
  const now = () => new Date('2026-11-21T12:00:00Z');
  const handler = makeHandler({
    accounts: new Accounts(dynamo, testTables),
    facts: new KeptFacts(dynamo, testTables),
    access,
    assignments: new Assignments(dynamo, testTables),
    catalogues: shippedCatalogues,
    cataloguesOf: () => shippedCatalogues,
    logins,
    ownFacts: new OwnFacts(dynamo, testTables),
    decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
    idempotency: new Idempotency(dynamo, testTables.tenants),
    events,
    now,
    ...changed,
  });
  return { handler, events, closed, signedIn };
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
