import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { startDynoxide } from '../../infra/local/engines/dynoxide.ts';

export type Tables = Record<
  'roster' | 'access' | 'assignments' | 'syncs' | 'tenants' | 'accounts' | 'logins' | 'reports',
  string
>;
export type BenchDynamo = {
  endpoint: string;
  connect(): DynamoDBDocumentClient;
  stop: () => Promise<void>;
};

/** The engine as a process of its own, its database in `directory`, which is in memory where there is /dev/shm. */
export async function startBenchDynamo(directory: string): Promise<BenchDynamo> {
  const engine = await startDynoxide(directory);
  return {
    ...engine,
    connect: () => connectTo(engine.endpoint),
  };
}

/** A client with connections of its own, made as the functions make theirs. */
export function connectTo(endpoint: string): DynamoDBDocumentClient {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  return DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: 'us-east-1', credentials }), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

/** The tables under names of their own. */
export function tablesNamed(prefix: string): Tables {
  return {
    roster: `${prefix}-roster`,
    access: `${prefix}-access`,
    assignments: `${prefix}-assignments`,
    syncs: `${prefix}-syncs`,
    tenants: `${prefix}-tenants`,
    accounts: `${prefix}-accounts`,
    logins: `${prefix}-logins`,
    reports: `${prefix}-reports`,
  };
}

/** Without streams. */
export async function makeTables(dynamo: DynamoDBDocumentClient, prefix: string): Promise<Tables> {
  const tables = tablesNamed(prefix);
  for (const TableName of Object.values(tables)) {
    const keys = TableName === tables.access ? (['pk'] as const) : (['pk', 'sk'] as const);
    await dynamo.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: keys.map((name) => ({ AttributeName: name, KeyType: name === 'pk' ? 'HASH' : 'RANGE' })),
        AttributeDefinitions: keys.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      }),
    );
  }
  return tables;
}
