import { setImmediate as later } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { WallBreached } from '../errors.ts';
import { confinedTo, enterDistrict, inNoDistrict } from './tenancy.ts';
import { wallObjects, wallTables } from './walls.ts';

const credentials = { accessKeyId: 'a', secretAccessKey: 's' };

/** A client whose calls end before the network, if they come that far. */
function walled() {
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'us-east-1', credentials }));
  wallTables(
    dynamo,
    new Map([
      ['t-roster', 'roster'],
      ['t-syncs', 'syncs'],
      ['t-tenants', 'tenants'],
    ]),
  );
  const sent: string[] = [];
  dynamo.middlewareStack.add(
    (_, { commandName = '' }) =>
      async () => {
        sent.push(commandName);
        return { output: { $metadata: {} }, response: {} };
      },
    { step: 'initialize', priority: 'low' },
  );
  return { dynamo, sent };
}

const at = (pk: string) => ({ TableName: 't-roster', Key: { pk, sk: 's' } });
const query = (pk: string, more = '') => ({
  TableName: 't-roster',
  KeyConditionExpression: `pk = :pk${more}`,
  ExpressionAttributeValues: { ':pk': pk, ':x': 'north#users#1' },
});
const statement = (Statement: string, ...Parameters: unknown[]) =>
  new BatchExecuteStatementCommand({ Statements: [{ Statement, Parameters }] });

type Send = (dynamo: DynamoDBDocumentClient, pk: string) => Promise<unknown>;

/** Each touches `pk`, and what is north's besides. */
const deeds: Record<string, Send> = {
  get: (dynamo, pk) => dynamo.send(new GetCommand(at(pk))),
  put: (dynamo, pk) => dynamo.send(new PutCommand({ TableName: 't-roster', Item: { pk, sk: 's' } })),
  update: (dynamo, pk) => dynamo.send(new UpdateCommand(at(pk))),
  delete: (dynamo, pk) => dynamo.send(new DeleteCommand(at(pk))),
  query: (dynamo, pk) => dynamo.send(new QueryCommand(query(pk, ' AND sk > :x'))),
  'get in a batch': (dynamo, pk) =>
    dynamo.send(
      new BatchGetCommand({ RequestItems: { 't-roster': { Keys: [{ pk: 'north#users#1' }, { pk }] } } }),
    ),
  'write in a transaction': (dynamo, pk) =>
    dynamo.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName: 't-roster', Item: { pk: 'north#users#1', sk: 's' } } },
          { ConditionCheck: { ...at(pk), ConditionExpression: 'attribute_exists(pk)' } },
        ],
      }),
    ),
  'insert by statement': (dynamo, pk) =>
    dynamo.send(statement(`INSERT INTO "t-roster" VALUE {'sk': ?, 'pk': ?, 'g': ?}`, 'north#users#1', pk, 1)),
  'update by statement': (dynamo, pk) =>
    dynamo.send(
      statement('UPDATE "t-roster" SET "g" = ? WHERE "pk" = ? AND "sk" = ? AND "g" < ?', 1, pk, 'north#1', 2),
    ),
};

describe('work of a district', () => {
  test.each(Object.entries(deeds))('may %s what is its own, and nothing else', async (_, send) => {
    const { dynamo, sent } = walled();
    await confinedTo('north', () => send(dynamo, 'north#users#1'));
    expect(sent).toHaveLength(1);
    for (const pk of ['south#users#1', 'north-2#users#1', 'north', '#users#1', '']) {
      await expect(confinedTo('north', () => send(dynamo, pk))).rejects.toThrow(WallBreached);
    }
    expect(sent).toHaveLength(1);
  });

  test('of no district reaches what belongs to none', async () => {
    const { dynamo, sent } = walled();
    const read = (TableName: string, pk: string) =>
      dynamo.send(new GetCommand({ TableName, Key: { pk, sk: 's' } }));
    await read('t-tenants', 'verifying-keys');
    await inNoDistrict(() => read('t-tenants', 'districts'));
    await confinedTo('north', () => read('t-syncs', 'busy#1'));
    expect(sent).toHaveLength(3);
    await expect(read('t-tenants', 'clients#north')).rejects.toThrow(WallBreached);
    await expect(inNoDistrict(() => read('t-roster', 'north#users#1'))).rejects.toThrow(WallBreached);
  });

  test('may send nothing whose keys nobody can tell', async () => {
    const { dynamo, sent } = walled();
    const key = { pk: 'north#users#1', sk: 's' };
    const reversed = { ...query('south#users#1'), KeyConditionExpression: 'sk = :x and pk = :pk' };
    const unclear: (() => Promise<unknown>)[] = [
      () => dynamo.send(new ScanCommand({ TableName: 't-roster' })),
      () => dynamo.send(new GetCommand({ TableName: 'another', Key: key })),
      () => dynamo.send(new GetCommand({ TableName: 't-roster', Key: { sk: 'north#users#1' } })),
      () => dynamo.send(new QueryCommand({ ...query('north#users#1'), IndexName: 'i' })),
      () => dynamo.send(new QueryCommand(reversed)),
      () =>
        dynamo.send(
          statement('UPDATE "t-roster" SET "g" = ? WHERE "pk" = ? OR "pk" = ?', 1, 'north#1', 'south#1'),
        ),
      () => dynamo.send(statement('UPDATE "t-roster" SET "g" = ? WHERE "sk" = ?', 1, 'north#1')),
      () => dynamo.send(statement('DELETE FROM "t-roster" WHERE "pk" = ?', 'north#1')),
    ];
    for (const send of unclear) await expect(confinedTo('north', send)).rejects.toThrow();
    expect(sent).toEqual([]);
  });

  test('stays its own beside that of others, over every wait', async () => {
    const { dynamo, sent } = walled();
    const work = (own: string, other: string) =>
      confinedTo(own, async () => {
        const outcomes: boolean[] = [];
        for (let i = 0; i < 20; i += 1) {
          await later();
          await dynamo.send(new GetCommand(at(`${own}#users#1`)));
          outcomes.push(
            await dynamo.send(new GetCommand(at(`${other}#users#1`))).then(
              () => true,
              () => false,
            ),
          );
        }
        return outcomes;
      });
    const outcomes = await Promise.all([work('north', 'south'), work('south', 'north')]);
    expect(outcomes.flat()).not.toContain(true);
    expect(sent).toHaveLength(40);
  });

  test('goes on in no other district', () => {
    expect(() => confinedTo('north', () => confinedTo('south', () => 1))).toThrow(WallBreached);
    expect(() => confinedTo('north', () => enterDistrict('south'))).toThrow(WallBreached);
    expect(confinedTo('north', () => confinedTo('north', () => 1))).toBe(1);
    inNoDistrict(() => {
      enterDistrict('north');
      enterDistrict('north');
      expect(() => enterDistrict('south')).toThrow(WallBreached);
    });
    expect(() => enterDistrict('north')).toThrow(WallBreached);
  });
});

test('an object of another district is neither read nor signed for', async () => {
  const s3 = new S3Client({ region: 'us-east-1', credentials });
  wallObjects(s3, new Map([['b', 'feeds']]));
  const get = (Key: string, Bucket = 'b') => s3.send(new GetObjectCommand({ Bucket, Key }));
  for (const [key, bucket] of [['uploads/south/u/f'], ['uploads'], ['uploads/north/u/f', 'c']]) {
    await expect(confinedTo('north', () => get(key ?? '', bucket))).rejects.toThrow(WallBreached);
  }
});
