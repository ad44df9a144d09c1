import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { chainCount, expiryAction } from '../audit/chain.ts';
import { AuditLine } from '../audit/line.ts';
import type { AuditChains } from './audit-chains.ts';
import { calling } from './calls.ts';
import { auditDetailKey, auditHead, auditPartition, expiredDetailsKey } from './keys.ts';
import { queryPage } from './query.ts';

type Deps = {
  dynamo: DynamoDBDocumentClient;
  tables: { audit: string; syncs: string };
  chains: Pick<AuditChains, 'append'>;
  now(): string;
};

const StoredLine = z.object({ sk: z.string(), line: z.string() });
const Reached = z.object({ reached: z.record(z.string(), z.string()) });

/**
 * Takes away what stands beside lines of the audit from before an instant (ISO 8601). The lines stay, and a line says that their details have
 * ended; it is written before anything goes, so that whoever verifies always finds it. Goes on where it was the last time.
 * `syncs`: pk = retention of a district, sk = `audit-details`.
 */
export async function expireDetails(deps: Deps, district: string, before: string): Promise<void> {
  const { dynamo, tables, chains, now } = deps;
  const Key = expiredDetailsKey(district);
  const get = new GetCommand({ TableName: tables.syncs, Key, ConsistentRead: true });
  const reached = Reached.parse((await calling(dynamo.send(get))).Item ?? { reached: {} }).reached;
  let isTold = false;
  for (let chain = 0; chain < chainCount; chain += 1) {
    for await (const { sk, line } of linesOf(deps, district, { chain, after: reached[chain] })) {
      if (line.at >= before) break;
      reached[chain] = sk;
      if (line.detail === undefined) continue;
      if (!isTold) {
        const deed = { at: now(), by: 'retention', requestId: 'retention', outcome: 'done' } as const;
        await chains.append(district, [{ ...deed, action: expiryAction, what: { before } }]);
        isTold = true;
      }
      const detail = auditDetailKey(district, line.detail.about, line.detail.id);
      await calling(dynamo.send(new DeleteCommand({ TableName: tables.audit, Key: detail })));
    }
  }
  if (Object.keys(reached).length === 0) return;
  await calling(dynamo.send(new PutCommand({ TableName: tables.syncs, Item: { ...Key, reached } })));
}

async function* linesOf(
  { dynamo, tables }: Deps,
  district: string,
  { chain, after: from }: { chain: number; after: string | undefined },
): AsyncGenerator<{ sk: string; line: AuditLine }> {
  const partition = auditPartition(district, chain);
  for (let after = from, more = true; more; ) {
    const page = await queryPage(dynamo, { table: tables.audit, partition, after, limit: 500 });
    for (const item of page.items) {
      if (item.sk === auditHead) continue;
      const { sk, line } = StoredLine.parse(item);
      after = sk;
      yield { sk, line: AuditLine.parse(JSON.parse(line)) };
    }
    more = page.more;
  }
}
