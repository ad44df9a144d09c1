import type { CataloguesOf } from '../../shared/access/district-catalogues.ts';
import { asPlain } from '../../shared/audit/line.ts';
import { RequestError } from '../../shared/errors.ts';
import { districtScope, evaluateScope } from '../../shared/messages/caller.ts';
import { oneRosterScopes } from '../../shared/messages/oneroster.ts';
import { armCare, armFeeds } from '../../shared/roster/due.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import type { IdempotencyKeys } from '../../shared/runtime/idempotency.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import { confinedTo, enterDistrict } from '../../shared/runtime/tenancy.ts';
import type { AccessChanges } from '../../shared/store/access-changes.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { Customers } from '../../shared/store/customers.ts';
import type { HeadParts } from '../../shared/store/head.ts';
import { headPartsOf, type Tenants } from '../../shared/store/tenants.ts';
import { atHead } from './at-head.ts';
import { type FeedDeps, makeFeedHandlers } from './feeds.ts';
import { unfit } from './unfit.ts';
import { makeUploadHandlers, type UploadDeps } from './uploads.ts';

export type Deps = UploadDeps &
  FeedDeps & {
    tenants: Pick<
      Tenants,
      | 'createDistrict'
      | 'findDistrict'
      | 'putDistrict'
      | 'listDistricts'
      | 'createClient'
      | 'listClients'
      | 'revokeClient'
      | 'rotateSecret'
      | 'endFormerSecret'
    >;
    customers: Pick<Customers, 'find' | 'put'>;
    access: Pick<AccessStore, 'district'>;
    changes: Pick<AccessChanges, 'changeHead'>;
    cataloguesOf: CataloguesOf;
    decide: Decide;
    idempotency: IdempotencyKeys;
    events: Events;
    now: () => Date;
  };

export function makeHandler(deps: Deps) {
  const { tenants, customers, access, due, cataloguesOf, decide, idempotency, events, now } = deps;

  return httpHandler<'manage-districts'>({
    function: 'manage-districts',
    decide,
    idempotency,
    events,
    now,
    handlers: {
      async createDistrict({ body, by, now }) {
        // Before the district, so that none is without; of one that is not made, it ends by itself.
        enterDistrict(body.id);
        await armCare(due, { district: body.id, timeZone: body.timeZone, now: now.getTime() });
        const district = await tenants.createDistrict({ ...body, createdAt: now.toISOString() });
        events.audited({ district: district.id, by, action: 'district-created', what: {} });
        return district;
      },

      async listDistricts({ query }) {
        return tenants.listDistricts(query);
      },

      async getDistrict({ params }) {
        const district = await tenants.findDistrict(params.district);
        if (district === undefined) throw unknown('district');
        return district;
      },

      async changeDistrict({ params, body, by, now }) {
        const before = await tenants.findDistrict(params.district);
        if (before === undefined) throw unknown('district');
        const { name = before.name, timeZone = before.timeZone, schoolYear = before.schoolYear } = body;
        const district = { ...before, name, timeZone, schoolYear };
        await changeHead(deps, district.id, () => headPartsOf(district));
        await tenants.putDistrict(district);
        await armFeeds(deps, { district: district.id, timeZone, now: now.getTime() });
        const what = Object.fromEntries(Object.entries(body).map(([key, value]) => [key, String(value)]));
        const was = { name: before.name, timeZone: before.timeZone, schoolYear: before.schoolYear };
        const values = { before: asPlain(was), after: asPlain({ name, timeZone, schoolYear }) };
        events.audited({ district: district.id, by, action: 'district-changed', what, ...values });
        return district;
      },

      async putCustomer({ params: { customer }, body, by }) {
        const before = await customers.find(customer);
        const wanted = body.districts.toSorted();
        await refuseUnknownDistricts(access, body.districts);
        const known = [...(before?.districts ?? []), ...(before?.leaving ?? [])];
        const leaving = known.filter((id) => !wanted.includes(id));
        await customers.put(customer, { districts: wanted, leaving });
        for (const id of leaving) {
          await confinedTo(id, () =>
            changeHead(deps, id, (own) => ({ customers: own.filter((one) => one !== customer) })),
          );
        }
        for (const id of wanted) {
          await confinedTo(id, () =>
            changeHead(deps, id, (own) => ({ customers: [...new Set([...own, customer])].sort() })),
          );
        }
        await customers.put(customer, { districts: wanted, leaving: [] });
        for (const id of [...leaving, ...wanted]) {
          const what = { customer, member: wanted.includes(id) };
          events.audited({ district: id, by, action: 'customer-changed', what });
        }
        return { districts: wanted };
      },

      async createClient({ params: { district }, body, by, now, newId }) {
        refuseForeignScopes(district, body);
        await refuseUnknownSystem(district, body.defaultSystem);
        const { user, defaultSystem, sharing, ...rest } = body;
        const optional = {
          ...(user === undefined ? {} : { user }),
          ...(defaultSystem === undefined ? {} : { defaultSystem }),
          ...(sharing === undefined ? {} : { sharing }),
        };
        const made = { district, ...rest, ...optional, now, id: newId };
        const { client, clientSecret } = await tenants.createClient(made);
        const what = { clientId: client.clientId, scopes: client.scopes.join(' ') };
        const after = asPlain({ ...body, ...optional });
        events.audited({ district, by, action: 'client-created', what, after });
        return { ...client, clientSecret };
      },

      async listClients({ params, query }) {
        return tenants.listClients(params.district, query);
      },

      async revokeClient({ params: { district, client }, by }) {
        // The id says whose the client is; another district's is not known here.
        const known = client.startsWith(`${district}.`) && (await tenants.revokeClient(client));
        if (!known) throw unknown('client');
        events.audited({ district, by, action: 'client-revoked', what: { clientId: client } });
        return undefined;
      },

      async rotateClientSecret({ params: { district, client }, body, by, now }) {
        const until = new Date(now.getTime() + body.oldGoodForSeconds * 1000).toISOString();
        const secret = client.startsWith(`${district}.`)
          ? await tenants.rotateSecret(client, { until, now })
          : undefined;
        if (secret === undefined) throw unknown('client');
        events.audited({ district, by, action: 'client-secret-changed', what: { clientId: client, until } });
        const kept = body.oldGoodForSeconds > 0 ? { oldGoodUntil: until } : {};
        return { clientId: client, clientSecret: secret, ...kept };
      },

      async endFormerClientSecret({ params: { district, client }, by }) {
        const known = client.startsWith(`${district}.`) && (await tenants.endFormerSecret(client));
        if (!known) throw unknown('client');
        events.audited({ district, by, action: 'client-secret-ended', what: { clientId: client } });
        return undefined;
      },

      ...makeFeedHandlers(deps),
      ...makeUploadHandlers(deps),
    },
  });

  async function refuseUnknownSystem(district: string, system: string | undefined): Promise<void> {
    if (system === undefined) return;
    const facts = await access.district(district);
    if (facts === undefined) throw unknown('district');
    const catalogues = await cataloguesOf(facts);
    if (catalogues.has(system)) return;
    throw unfit([{ pointer: '/defaultSystem', detail: `is none of ${[...catalogues.keys()].join(', ')}` }]);
  }
}

async function changeHead(
  { access, changes }: Pick<Deps, 'access' | 'changes'>,
  district: string,
  change: (customers: readonly string[]) => HeadParts,
): Promise<void> {
  await atHead(access, district, ({ customers = [], revision }) =>
    changes.changeHead(district, change(customers), revision),
  );
}

async function refuseUnknownDistricts(access: Deps['access'], ids: readonly string[]): Promise<void> {
  const found = await Promise.all(ids.map((id) => confinedTo(id, () => access.district(id))));
  const fields = found.flatMap((facts, at) =>
    facts === undefined ? [{ pointer: `/districts/${at}`, detail: 'there is no such district' }] : [],
  );
  if (fields.length > 0) throw unfit(fields);
}

/** A client reaches its own district and no more, whoever makes it. */
function refuseForeignScopes(
  district: string,
  { scopes, user }: { scopes: readonly string[]; user?: string | undefined },
): void {
  // Nobody sees the whole roster for being one person.
  const known: string[] = [
    districtScope(district),
    evaluateScope,
    ...(user === undefined ? oneRosterScopes : []),
  ];
  const fields = scopes.flatMap((scope, at) =>
    known.includes(scope)
      ? []
      : [{ pointer: `/scopes/${at}`, detail: `a client of this district may have ${known.join(' and ')}` }],
  );
  if (fields.length > 0) throw unfit(fields);
}

function unknown(what: 'district' | 'client'): RequestError {
  return new RequestError('not-found', `unknown-${what}`, `There is no such ${what}.`);
}
