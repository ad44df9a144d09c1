import * as z from 'zod';

/**
 * What AWS's authorization asks a caller to hold for a request, read from the request on the wire.
 * Sources: DynamoDB developer guide, "Using IAM with transactions" and "IAM security policies with PartiQL"; SQS developer guide,
 * "API permissions"; S3 user guide, "Required permissions for S3 API operations".
 */
export type NeededAction = {
  /** As IAM calls it, without the service. */
  action: string;
  /** A table, queue or bucket, as `infra/names.ts` calls it. */
  on: string;
  /** Partition key of the one item that it touches, where it touches one. */
  key?: string | undefined;
  /** Partition keys of all that it touches in a table: what IAM calls its leading keys. */
  keys?: string[];
};

const Attribute = z.looseObject({ S: z.string().optional() });
const Item = z.record(z.string(), Attribute);
const Write = z.object({ TableName: z.string(), Key: Item.optional(), Item: Item.optional() });

const TableCall = z.object({
  TableName: z.string().optional(),
  Key: Item.optional(),
  Item: Item.optional(),
  ExpressionAttributeValues: Item.optional(),
  RequestItems: z.record(z.string(), z.object({ Keys: z.array(Item).default([]) })).optional(),
  TransactItems: z.array(z.record(z.string(), Write)).optional(),
  Statements: z
    .array(z.object({ Statement: z.string(), Parameters: z.array(Attribute).optional() }))
    .optional(),
});
type TableCall = z.infer<typeof TableCall>;

const memberActions: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/** @param target the header `X-Amz-Target`. */
export function usesOfTable(target: string, body: Buffer): NeededAction[] {
  const [service, operation = ''] = target.split('.');
  if (service !== 'DynamoDB_20120810') return []; // streams are read by event sources alone
  const call = TableCall.parse(JSON.parse(body.toString('utf8')));
  switch (operation) {
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return (call.TransactItems ?? []).flatMap((member) =>
        Object.entries(member).map(([kind, write]) => ({
          action: memberActions[kind] ?? kind,
          on: localTable(write.TableName),
          key: keyOf(write),
          keys: listed(keyOf(write)),
        })),
      );
    case 'BatchExecuteStatement':
      return statements(call);
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.entries(call.RequestItems ?? {}).map(([table, { Keys }]) => ({
        action: operation,
        on: localTable(table),
        keys: Keys.flatMap(({ pk }) => listed(pk?.S)),
      }));
    default:
      return call.TableName === undefined
        ? []
        : [
            {
              action: operation,
              on: localTable(call.TableName),
              key: keyOf(call),
              keys: listed(keyOf(call) ?? call.ExpressionAttributeValues?.[':pk']?.S),
            },
          ];
  }
}

function statements(call: TableCall): NeededAction[] {
  return (call.Statements ?? []).map(({ Statement, Parameters = [] }) => {
    const [before = ''] = Statement.split(/["']pk["'](?: =|:) \?/);
    const [, verb = '', table = ''] = /^(INSERT|UPDATE|DELETE|SELECT)[^"]*"([^"]+)"/.exec(Statement) ?? [];
    return {
      action: `PartiQL${verb.charAt(0)}${verb.slice(1).toLowerCase()}`,
      on: localTable(table),
      keys: listed(Parameters[before.split('?').length - 1]?.S),
    };
  });
}

function listed(key: string | undefined): string[] {
  return key === undefined ? [] : [key];
}

function keyOf({ Key, Item: item }: Pick<TableCall, 'Key' | 'Item'>): string | undefined {
  return (Key ?? item)?.pk?.S;
}

const QueueCall = z.object({ QueueUrl: z.string().optional() });

/** @param target the header `X-Amz-Target`. */
export function usesOfQueue(target: string, body: Buffer): NeededAction[] {
  const operation = target.replace('AmazonSQS.', '').replace(/Batch$/, '');
  const { QueueUrl } = QueueCall.parse(JSON.parse(body.toString('utf8')));
  const name = QueueUrl?.split('/').at(-1);
  return name === undefined
    ? []
    : [{ action: operation, on: name.replace(/^rolebook-/, '').replace(/-queue$/, '') }];
}

const SecretCall = z.object({ Name: z.string().optional(), SecretId: z.string().optional() });

/** @param target the header `X-Amz-Target`. */
export function usesOfSecret(target: string, body: Buffer): NeededAction[] {
  const { Name, SecretId } = SecretCall.parse(JSON.parse(body.toString('utf8')));
  const key = Name ?? SecretId;
  const kind = key?.split('/')[1];
  return [{ action: target.replace('secretsmanager.', ''), on: `secrets of ${kind}`, key }];
}

/** All mails are in our own name. */
export function usesOfMail(method: string, url: string): NeededAction[] {
  const operation =
    method === 'POST' && url === '/v2/email/outbound-emails' ? 'SendEmail' : `${method} ${url}`;
  return [{ action: operation, on: 'mail' }];
}

/** With the bucket in the path. Whoever is to hear that an object is not there must be allowed to list. */
export function usesOfBucket(method: string, url: string, status: number): NeededAction[] {
  const { pathname, searchParams: query } = new URL(url, 'http://localhost');
  const [, bucket = '', ...key] = pathname.split('/');
  const on = bucket.replace(/^rolebook-/, '');
  if (method === 'OPTIONS') return [];
  if (key.join('/') === '') {
    const listing = query.has('versions') ? 'ListBucketVersions' : 'ListBucket';
    return [{ action: method === 'PUT' ? 'CreateBucket' : listing, on }];
  }
  const isRead = method === 'GET' || method === 'HEAD';
  const action = isRead && query.has('uploadId') ? 'ListMultipartUploadParts' : objectAction(method, query);
  return isRead && status === 404 && action === 'GetObject'
    ? [
        { action, on },
        { action: 'ListBucket', on },
      ]
    : [{ action, on }];
}

function objectAction(method: string, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return 'GetObject';
    case 'DELETE':
      return query.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
    default:
      return 'PutObject'; // parts, and what begins and completes them, too
  }
}

function localTable(name: string): string {
  return name.replace(/^rolebook-/, '');
}
