import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { WallBreached } from '../errors.ts';
import { type Owner, ownerOf, ownerOfObject } from '../store/tenant-keys.ts';
import { confinement } from './tenancy.ts';

/** What there is, by what it is called where it runs: `{ 'Storage-Roster12': 'roster' }`. */
type Names = ReadonlyMap<string, string>;

/**
 * Lets a client of DynamoDB send nothing that touches another district than the work in hand is confined to. What it does not
 * understand, it does not send.
 */
export function wallTables(dynamo: DynamoDBDocumentClient, tables: Names): void {
  dynamo.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        for (const [name, pk] of keysOf(commandName, args.input)) {
          const table = tables.get(name);
          if (table === undefined) throw breach(commandName, 'a table without a name');
          hold(typeof pk === 'string' ? ownerOf(table, pk) : undefined, `${commandName} on ${table}`);
        }
        return next(args);
      },
    { step: 'initialize', name: 'walls', priority: 'high' },
  );
}

/** The same for objects. */
export function wallObjects(s3: S3Client, buckets: Names): void {
  s3.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const { Bucket, Key, Prefix, Delete } = OfObject.parse(args.input);
        const bucket = buckets.get(Bucket) ?? '';
        const keys = Delete === undefined ? [Key ?? Prefix ?? ''] : Delete.Objects.map((one) => one.Key);
        for (const key of keys) hold(ownerOfObject(bucket, key), `${commandName} on ${bucket}`);
        return next(args);
      },
    { step: 'initialize', name: 'walls', priority: 'high' },
  );
}

/** @throws {WallBreached} with what was done and on what; never with a key, which may hold somebody's id */
function hold(owner: Owner, deed: string): void {
  if (owner === 'shared') return;
  if (owner === undefined) throw new WallBreached(`${deed}: nobody knows whose that is.`);
  const { district } = confinement();
  if (district === undefined) throw new WallBreached(`${deed}: no district has been entered.`);
  if (owner.district !== district) throw new WallBreached(`${deed}: that is another district's.`);
}

function breach(command: string, why: string): WallBreached {
  return new WallBreached(`${command}: ${why}.`);
}

const OfObject = z.object({
  Bucket: z.string(),
  Key: z.string().optional(),
  Prefix: z.string().optional(),
  Delete: z.object({ Objects: z.array(z.object({ Key: z.string() })) }).optional(),
});
const Place = z.object({ pk: z.unknown() });
const Single = z.object({ TableName: z.string(), Key: Place.optional(), Item: Place.optional() });
const Query = z.object({
  TableName: z.string(),
  IndexName: z.undefined().optional(),
  KeyConditionExpression: z.string(),
  ExpressionAttributeValues: z.record(z.string(), z.unknown()),
});
const BatchGet = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(Place) })) });
const Transaction = z.object({
  TransactItems: z.array(z.record(z.string(), Single.optional())),
});
const Statements = z.object({
  Statements: z.array(z.object({ Statement: z.string(), Parameters: z.array(z.unknown()) })),
});

/** Table and partition key of everything that a command touches. */
function keysOf(command: string, input: unknown): [string, unknown][] {
  switch (command) {
    case 'GetItemCommand':
    case 'PutItemCommand':
    case 'UpdateItemCommand':
    case 'DeleteItemCommand':
      return [ofSingle(Single.parse(input))];
    case 'QueryCommand':
      return [ofQuery(Query.parse(input))];
    case 'BatchGetItemCommand':
      return Object.entries(BatchGet.parse(input).RequestItems).flatMap(([table, { Keys }]) =>
        Keys.map(({ pk }): [string, unknown] => [table, pk]),
      );
    case 'TransactWriteItemsCommand':
    case 'TransactGetItemsCommand':
      return Transaction.parse(input).TransactItems.flatMap((member) =>
        Object.values(member).map((one) => ofSingle(Single.parse(one))),
      );
    case 'BatchExecuteStatementCommand':
      return Statements.parse(input).Statements.map(ofStatement);
    default:
      throw breach(command, 'nobody knows what it touches');
  }
}

function ofSingle({ TableName, Key, Item }: z.infer<typeof Single>): [string, unknown] {
  return [TableName, (Key ?? Item)?.pk];
}

function ofQuery(query: z.infer<typeof Query>): [string, unknown] {
  const name = /^pk = (:\w+)(?: and |$)/i.exec(query.KeyConditionExpression)?.[1];
  return [query.TableName, name === undefined ? undefined : query.ExpressionAttributeValues[name]];
}

/** Parameters are told apart by their places: that of the one `pk` is how many come before it. */
function ofStatement({
  Statement,
  Parameters,
}: z.infer<typeof Statements>['Statements'][number]): [string, unknown] {
  const [, table = ''] = /^(?:INSERT INTO|UPDATE) "([^"]+)" /.exec(Statement) ?? [];
  const places = [...Statement.matchAll(/["']pk["'](?: =|:) \?/g)];
  const [only] = places;
  if (only === undefined || places.length > 1 || / or /i.test(Statement)) return [table, undefined];
  return [table, Parameters[Statement.slice(0, only.index).split('?').length - 1]];
}
