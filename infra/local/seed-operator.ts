import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Tenants } from '../../shared/store/tenants.ts';
import { localName } from './identities.ts';
import { account, type Declaration, region } from './template.ts';

const Operator = z.object({ clientId: z.string(), clientSecret: z.string() });
export type Operator = z.infer<typeof Operator>;

/**
 * The client that every district's life starts from. Its secret is made once for a data directory and kept there, since the
 * table has only a hash; storing it again changes nothing.
 */
export async function seedOperator(
  dataDir: string,
  endpoint: string,
  declaration: Declaration,
): Promise<Operator> {
  const operator = readOperator(dataDir) ?? makeOperator(dataDir);
  const client = new DynamoDBClient({
    region,
    endpoint,
    credentials: { accessKeyId: account, secretAccessKey: 'local' },
  });
  try {
    const tenants = new Tenants(DynamoDBDocumentClient.from(client), {
      tenants: tableNamed(declaration, 'Tenants'),
      access: tableNamed(declaration, 'Access'),
    });
    await tenants.createClient({
      id: operator.clientId,
      secret: operator.clientSecret,
      name: 'Operator of this machine',
      scopes: ['rolebook.operator'],
      now: new Date(),
    });
  } finally {
    client.destroy();
  }
  return operator;
}

function readOperator(dataDir: string): Operator | undefined {
  try {
    return Operator.parse(JSON.parse(readFileSync(join(dataDir, 'operator.json'), 'utf8')));
  } catch {
    return undefined; // first start
  }
}

function makeOperator(dataDir: string): Operator {
  const operator = { clientId: 'operator', clientSecret: randomBytes(32).toString('base64url') };
  const path = join(dataDir, 'operator.json');
  writeFileSync(`${path}.new`, JSON.stringify(operator), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return operator;
}

/** @param logicalId without CDK's hash. */
export function tableNamed(declaration: Declaration, logicalId: string): string {
  const table = declaration
    .ofType('AWS::DynamoDB::Table')
    .find((resource) => resource.logicalId.startsWith(logicalId));
  if (table === undefined) throw new Error(`No stack declares the table ${logicalId}`);
  return localName(table);
}
