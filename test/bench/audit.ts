import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { makeHandler } from '../../functions/read-roster/handler.ts';
import type { AuditTrail } from '../../shared/runtime/audit-entry.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { rosterKey } from '../../shared/store/keys.ts';
import { RosterStore } from '../../shared/store/roster-store.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { startDynamo, type TestDynamo, testTables } from '../builders/dynamo.ts';
import { context, districtClient, httpEvent } from '../builders/http-event.ts';
import { beside, count, type Finding, median } from './finding.ts';

const district = 'bench';
const now = () => new Date('2026-11-22T12:00:00Z');
const rounds = 20;
const each = 100;

/** One user of the roster through the whole handler, with the audit's line of it and without: what a line costs whoever reads. */
export async function audit(): Promise<Finding[]> {
  const engine = await startDynamo();
  try {
    await fill(engine);
    const chains = new AuditChains(engine.dynamo, testTables.audit);
    const [audited, bare] = [reader(engine, chains), reader(engine)];
    for (let i = 0; i < each; i += 1) {
      await audited();
      await bare();
    }
    const times: { audited: number; bare: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const time = { audited: 0, bare: 0 };
      const order = round % 2 === 0 ? (['bare', 'audited'] as const) : (['audited', 'bare'] as const);
      for (const which of order) {
        const read = which === 'bare' ? bare : audited;
        const from = performance.now();
        for (let i = 0; i < each; i += 1) await read();
        time[which] = (performance.now() - from) / each;
      }
      times.push(time);
    }
    const lines = (await chains.heads(district)).reduce((sum, { sequence }) => sum + sequence, 0);
    const wanted = each * (rounds + 1);
    return [
      {
        what: 'one user of the roster, without audit',
        measured: `${median(times.map((one) => one.bare)).toFixed(3)} ms each`,
      },
      beside(
        '  with its line in the audit',
        `${median(times.map((one) => one.audited)).toFixed(3)} ms each`,
        median(times.map((one) => one.audited / one.bare)),
      ),
      {
        what: '  lines in the audit after it',
        measured: count(lines),
        aim: count(wanted),
        met: lines === wanted,
      },
    ];
  } finally {
    await engine.stop();
  }
}

async function fill({ dynamo }: TestDynamo): Promise<void> {
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: now().toISOString() };
  await new Tenants(dynamo, testTables).createDistrict({ id: district, ...at });
  const record = { sourcedId: 'u-1', enabledUser: true, givenName: 'Ada', familyName: 'L', roles: [] };
  const Item = { ...rosterKey(district, 'users', 'u-1'), g: 0, pg: 0, now: { status: 'active', record } };
  await dynamo.send(new PutCommand({ TableName: testTables.roster, Item }));
}

function reader({ dynamo }: TestDynamo, trail?: AuditTrail): () => Promise<void> {
  const access = new AccessStore(dynamo, testTables.access);
  const handler = makeHandler({
    head: (id) => access.district(id),
    personsOf: (id, ids) => access.persons(id, ids),
    roster: new RosterStore(dynamo, testTables.roster),
    decide: async () => ({ decision: true, reason: { code: 'allowed', message: 'x' } }),
    events: makeEvents('read-roster', trail),
    now,
  });
  const event = httpEvent('getUser', {
    params: { district, sourcedId: 'u-1' },
    as: districtClient(district),
  });
  return async () => {
    const { statusCode } = await handler(event, context);
    if (statusCode !== 200) throw new Error(`The answer was ${statusCode}.`);
  };
}
