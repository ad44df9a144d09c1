import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export const testTables = {
  roster: 'test-roster',
  access: 'test-access',
  assignments: 'test-assignments',
  syncs: 'test-syncs',
  tenants: 'test-tenants',
  accounts: 'test-accounts',
  logins: 'test-logins',
  audit: 'test-audit',
  reports: 'test-reports',
} as const;

export type TestDynamo = { dynamo: DynamoDBDocumentClient; stop: () => Promise<void> };

/** An engine of one's own in memory, with the tables. */
export async function startDynamo(): Promise<TestDynamo> {
  const port = await freePort();
  const binary = join(import.meta.dirname, '../../node_modules/@dynoxide/linux-x64/dynoxide');
  const engine = spawn(binary, ['serve', '--port', String(port)], { stdio: 'ignore' });
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await untilAnswering(client);
  await Promise.all(
    Object.entries(testTables).map(([name, TableName]) =>
      client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...keysOf(name) })),
    ),
  );
  const dynamo = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return {
    dynamo,
    stop: async () => {
      client.destroy();
      const ended = new Promise((resolve) => engine.once('exit', resolve));
      engine.kill();
      await ended;
    },
  };
}

function keysOf(table: string): Pick<CreateTableCommand['input'], 'KeySchema' | 'AttributeDefinitions'> {
  const names = table === 'access' ? ['pk'] : ['pk', 'sk'];
  return {
    KeySchema: names.map((AttributeName) => ({
      AttributeName,
      KeyType: AttributeName === 'pk' ? 'HASH' : 'RANGE',
    })),
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  };
}

async function untilAnswering(client: DynamoDBClient): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      await client.send(new ListTablesCommand());
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error('Dynoxide did not start.');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('No port.'));
        else resolve(address.port);
      });
    });
  });
}
