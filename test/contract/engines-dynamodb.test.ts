import { CreateTableCommand, DescribeTableCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Clients, clientsOf } from './engines/clients.ts';
import { dynamoEngines, type UnderTest } from './engines/engines.ts';

/** What the product asks of DynamoDB, in the words it asks it in. */
describe.each(dynamoEngines)('$name', ({ name, start }) => {
  describe.skipIf(start === undefined)('as DynamoDB', () => {
    let engine: UnderTest | undefined;
    let on: Clients;
    const TableName = 'contract';
    const isMoto = name === 'moto';

    beforeAll(async () => {
      engine = await start?.();
      on = clientsOf(engine?.endpoint ?? '');
      await on.dynamodb.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
        }),
      );
      await on.dynamodb.send(
        new UpdateTimeToLiveCommand({
          TableName,
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        }),
      );
    });
    afterAll(() => engine?.stop());

    const put = (item: Record<string, unknown>) =>
      on.documents.send(new PutCommand({ TableName, Item: item }));
    const get = async (pk: string, sk: string) => {
      const { Item } = await on.documents.send(
        new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }),
      );
      return Item;
    };

    test('describes a table with its stream', async () => {
      const { Table } = await on.dynamodb.send(new DescribeTableCommand({ TableName }));
      expect(Table).toMatchObject({
        TableStatus: 'ACTIVE',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      });
    });

    test('writes under a condition, and tells one that did not hold', async () => {
      const Item = { pk: 'put', sk: '1', text: 'é ü 😀' };
      const create = new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' });
      await on.documents.send(create);
      await expect(on.documents.send(create)).rejects.toMatchObject({
        name: 'ConditionalCheckFailedException',
      });
      expect(await get('put', '1')).toEqual(Item);
    });

    test('upserts where the generation is older, and gives the new item', async () => {
      const upsert = (g: number) =>
        on.documents.send(
          new UpdateCommand({
            TableName,
            Key: { pk: 'upsert', sk: '1' },
            UpdateExpression: 'SET #g = :g, #now = :now REMOVE #prev',
            ConditionExpression: 'attribute_not_exists(#g) OR #g < :g',
            ExpressionAttributeNames: { '#g': 'g', '#now': 'now', '#prev': 'prev' },
            ExpressionAttributeValues: { ':g': g, ':now': { name: `of ${g}` } },
            ReturnValues: 'ALL_NEW',
          }),
        );
      expect((await upsert(1)).Attributes).toMatchObject({ g: 1, now: { name: 'of 1' } });
      expect((await upsert(3)).Attributes).toMatchObject({ g: 3, now: { name: 'of 3' } });
      await expect(upsert(3)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
      await expect(upsert(2)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    });

    test('gives back the item that a condition failed on', async () => {
      await put({ pk: 'old', sk: '1', g: 9 });
      const update = new UpdateCommand({
        TableName,
        Key: { pk: 'old', sk: '1' },
        UpdateExpression: 'SET g = :g',
        ConditionExpression: 'g < :g',
        ExpressionAttributeValues: { ':g': 5 },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      await expect(on.documents.send(update)).rejects.toMatchObject({ Item: { g: { N: '9' } } });
    });

    test('adds to a set of numbers, however often and by how many at once', async () => {
      const add = (chunk: number) =>
        on.documents.send(
          new UpdateCommand({
            TableName,
            Key: { pk: 'set', sk: '1' },
            UpdateExpression: 'ADD done :chunk',
            ExpressionAttributeValues: { ':chunk': new Set([chunk]) },
            ReturnValues: 'ALL_NEW',
          }),
        );
      const chunks = [0, 1, 2, 3, 4, 3, 2];
      if (isMoto) for (const chunk of chunks) await add(chunk);
      else await Promise.all(chunks.map(add));
      expect((await add(0)).Attributes?.done).toEqual(new Set([0, 1, 2, 3, 4]));
    });

    test('adds to a set of texts while it has room, and passes a place on where nobody else has', async () => {
      const at = { TableName, Key: { pk: 'seats', sk: '1' } };
      const take = (user: string) =>
        on.documents.send(
          new UpdateCommand({
            ...at,
            UpdateExpression: 'ADD #role :user',
            ConditionExpression:
              'attribute_not_exists(#role) OR (size(#role) < :limit AND NOT contains(#role, :id))',
            ExpressionAttributeNames: { '#role': 'nsc:st_billing' },
            ExpressionAttributeValues: { ':user': new Set([user]), ':limit': 1, ':id': user },
          }),
        );
      const pass = (from: string, to: string) =>
        on.documents.send(
          new UpdateCommand({
            ...at,
            UpdateExpression: 'SET #role = :after',
            ConditionExpression: '#role = :before',
            ExpressionAttributeNames: { '#role': 'nsc:st_billing' },
            ExpressionAttributeValues: { ':after': new Set([to]), ':before': new Set([from]) },
            ReturnValues: 'ALL_NEW',
          }),
        );
      await take('ada');
      await expect(take('bea')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
      await expect(pass('bea', 'cid')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
      expect((await pass('ada', 'bea')).Attributes?.['nsc:st_billing']).toEqual(new Set(['bea']));
    });

    test('gives up to a hundred items at once, and leaves out what is not there', async () => {
      await Promise.all(Array.from({ length: 99 }, (_, n) => put({ pk: 'batch', sk: String(n), n })));
      const Keys = Array.from({ length: 100 }, (_, n) => ({ pk: 'batch', sk: String(n) }));
      const { Responses, UnprocessedKeys } = await on.documents.send(
        new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
      );
      expect(Responses?.[TableName]).toHaveLength(99);
      expect(Object.keys(UnprocessedKeys ?? {})).toEqual([]);
      const twice = {
        [TableName]: {
          Keys: [
            { pk: 'batch', sk: '1' },
            { pk: 'batch', sk: '1' },
          ],
        },
      };
      await expect(on.documents.send(new BatchGetCommand({ RequestItems: twice }))).rejects.toMatchObject({
        name: 'ValidationException',
      });
    });

    test('pages through a partition in order, by prefix and backwards', async () => {
      const ids = ['a#1', 'a#2', 'a#3', 'A#4', 'b#1'];
      await Promise.all(ids.map((sk) => put({ pk: 'query', sk })));
      const page = (ExclusiveStartKey?: Record<string, unknown>) =>
        on.documents.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk AND sk BETWEEN :prefix AND :last',
            ExpressionAttributeValues: { ':pk': 'query', ':prefix': 'a#', ':last': 'a#\u{10ffff}' },
            Limit: 2,
            ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
          }),
        );
      const first = await page();
      expect(first.Items?.map(({ sk }) => sk)).toEqual(['a#1', 'a#2']);
      const second = await page(first.LastEvaluatedKey);
      expect(second.Items?.map(({ sk }) => sk)).toEqual(['a#3']);
      expect(second.LastEvaluatedKey).toBeUndefined();
      const { Items } = await on.documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': 'query' },
          ScanIndexForward: false,
        }),
      );
      expect(Items?.map(({ sk }) => sk)).toEqual(['b#1', 'a#3', 'a#2', 'a#1', 'A#4']); // by bytes
    });

    test.skipIf(name === 'Dynoxide')('tells upper from lower case in a prefix', async () => {
      await Promise.all(['a#1', 'A#1'].map((sk) => put({ pk: 'case', sk })));
      const { Items } = await on.documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': 'case', ':prefix': 'a#' },
        }),
      );
      expect(Items?.map(({ sk }) => sk)).toEqual(['a#1']);
    });

    test.skipIf(isMoto)('ends a page at 1 MB', async () => {
      const text = 'x'.repeat(300_000);
      await Promise.all([1, 2, 3, 4, 5, 6].map((n) => put({ pk: 'large', sk: String(n), text })));
      const { Items, LastEvaluatedKey } = await on.documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': 'large' },
        }),
      );
      expect(Items?.length).toBeLessThan(5);
      expect(LastEvaluatedKey).toBeDefined();
    });

    test('writes all of a transaction or nothing, and says what failed', async () => {
      await put({ pk: 'transact', sk: 'lane', holder: 'sync-1' });
      const commit = (holder: string) =>
        on.documents.send(
          new TransactWriteCommand({
            TransactItems: [
              { Put: { TableName, Item: { pk: 'transact', sk: `head of ${holder}` } } },
              {
                Update: {
                  TableName,
                  Key: { pk: 'transact', sk: 'lane' },
                  UpdateExpression: 'SET committed = :g',
                  ConditionExpression: 'holder = :holder',
                  ExpressionAttributeValues: { ':g': 7, ':holder': holder },
                },
              },
              {
                ConditionCheck: {
                  TableName,
                  Key: { pk: 'transact', sk: 'elsewhere' },
                  ConditionExpression: 'attribute_not_exists(pk)',
                },
              },
            ],
          }),
        );
      await expect(commit('sync-2')).rejects.toMatchObject({
        name: 'TransactionCanceledException',
        CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
      });
      expect(await get('transact', 'head of sync-2')).toBeUndefined();
      await commit('sync-1');
      expect(await get('transact', 'head of sync-1')).toBeDefined();
      expect(await get('transact', 'lane')).toMatchObject({ committed: 7 });
    });

    test.skipIf(isMoto)('inserts 25 items in one batch of statements, each failing for itself', async () => {
      await put({ pk: 'insert', sk: '3', g: 1 });
      const { Responses } = await on.documents.send(
        new BatchExecuteStatementCommand({
          Statements: Array.from({ length: 25 }, (_, n) => ({
            Statement: `INSERT INTO "${TableName}" VALUE {'pk': ?, 'sk': ?, 'g': ?, 'now': ?}`,
            Parameters: ['insert', String(n), 2, { name: 'n', list: [1, 'two', null], flag: true }],
          })),
        }),
      );
      const failed = Responses?.map(({ Error: error }) => error?.Code);
      expect(failed?.[3]).toMatch(/^DuplicateItem/);
      expect(failed?.filter((code) => code !== undefined)).toHaveLength(1);
      expect(await get('insert', '3')).toEqual({ pk: 'insert', sk: '3', g: 1 });
      expect(await get('insert', '24')).toMatchObject({ g: 2, now: { list: [1, 'two', null], flag: true } });
    });

    test.skipIf(isMoto)(
      'updates 25 items in one batch of statements, each under its own condition',
      async () => {
        await Promise.all(
          Array.from({ length: 25 }, (_, n) =>
            put({ pk: 'update', sk: String(n), g: n === 5 ? 9 : 1, now: { n } }),
          ),
        );
        const { Responses } = await on.documents.send(
          new BatchExecuteStatementCommand({
            Statements: Array.from({ length: 25 }, (_, n) => ({
              Statement: `UPDATE "${TableName}" SET "g" = ?, "pg" = ?, "prev" = ?, "now" = ? WHERE "pk" = ? AND "sk" = ? AND "g" < ?`,
              Parameters: [2, 1, { n }, { n: n + 100 }, 'update', String(n), 2],
            })),
          }),
        );
        const failed = Responses?.map(({ Error: error }) => error?.Code);
        expect(failed?.[5]).toBe('ConditionalCheckFailed');
        expect(failed?.filter((code) => code !== undefined)).toHaveLength(1);
        expect(await get('update', '5')).toMatchObject({ g: 9, now: { n: 5 } });
        expect(await get('update', '24')).toMatchObject({ g: 2, pg: 1, prev: { n: 24 }, now: { n: 124 } });
      },
    );

    test.skipIf(isMoto)('writes a tombstone in a batch: sets and removes in one statement', async () => {
      await put({ pk: 'remove', sk: '1', g: 1, now: { n: 1 } });
      const { Responses } = await on.documents.send(
        new BatchExecuteStatementCommand({
          Statements: [
            {
              Statement: `UPDATE "${TableName}" SET "g" = ?, "pg" = ?, "prev" = ? REMOVE "now" WHERE "pk" = ? AND "sk" = ? AND "g" < ?`,
              Parameters: [2, 1, { n: 1 }, 'remove', '1', 2],
            },
            {
              Statement: `UPDATE "${TableName}" SET "g" = ? WHERE "pk" = ? AND "sk" = ? AND "g" < ?`,
              Parameters: [2, 'remove', 'nowhere', 2],
            },
          ],
        }),
      );
      expect(Responses?.map(({ Error: error }) => error?.Code)).toEqual([
        undefined,
        'ConditionalCheckFailed',
      ]);
      expect(await get('remove', '1')).toEqual({ pk: 'remove', sk: '1', g: 2, pg: 1, prev: { n: 1 } });
      expect(await get('remove', 'nowhere')).toBeUndefined();
    });

    test('deletes, and finds what is left by a scan', async () => {
      await put({ pk: 'delete', sk: '1', marker: 'scan' });
      await put({ pk: 'delete', sk: '2', marker: 'scan' });
      await on.documents.send(new DeleteCommand({ TableName, Key: { pk: 'delete', sk: '1' } }));
      const found: unknown[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await on.documents.send(
          new ScanCommand({
            TableName,
            FilterExpression: 'marker = :scan',
            ExpressionAttributeValues: { ':scan': 'scan' },
            ...(from === undefined ? {} : { ExclusiveStartKey: from }),
          }),
        );
        found.push(...Items.map(({ sk }) => sk));
        from = LastEvaluatedKey;
      } while (from !== undefined);
      expect(found).toEqual(['2']);
    });

    test('refuses what is too large or empty for a key', async () => {
      await expect(put({ pk: '', sk: '1' })).rejects.toMatchObject({ name: 'ValidationException' });
      await expect(put({ pk: 'p', sk: '1', text: 'x'.repeat(410_000) })).rejects.toMatchObject({
        name: 'ValidationException',
      });
    });

    test('tells in order what changed, with both images, and goes on after a sequence number', async () => {
      await put({ pk: 'stream', sk: '1', state: 'queued' });
      await put({ pk: 'stream', sk: '1', state: 'applied' });
      await on.documents.send(new DeleteCommand({ TableName, Key: { pk: 'stream', sk: '1' } }));
      const { Streams = [] } = await on.streams.send(new ListStreamsCommand({ TableName }));
      const StreamArn = Streams[0]?.StreamArn;
      const { StreamDescription } = await on.streams.send(new DescribeStreamCommand({ StreamArn }));
      const read = async (SequenceNumber?: string) => {
        const records = [];
        for (const { ShardId } of StreamDescription?.Shards ?? []) {
          let { ShardIterator } = await on.streams.send(
            new GetShardIteratorCommand({
              StreamArn,
              ShardId,
              ...(SequenceNumber === undefined
                ? { ShardIteratorType: 'TRIM_HORIZON' }
                : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber }),
            }),
          );
          for (let pages = 0; ShardIterator !== undefined && pages < 20; pages++) {
            const { Records = [], NextShardIterator } = await on.streams.send(
              new GetRecordsCommand({ ShardIterator }),
            );
            records.push(...Records);
            if (Records.length === 0) break;
            ShardIterator = NextShardIterator;
          }
        }
        return records.filter(({ dynamodb }) => dynamodb?.Keys?.pk?.S === 'stream');
      };
      const records = await read();
      expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
      expect(records[1]?.dynamodb).toMatchObject({
        OldImage: { state: { S: 'queued' } },
        NewImage: { state: { S: 'applied' } },
      });
      const after = await read(records[0]?.dynamodb?.SequenceNumber);
      expect(after.map(({ eventName }) => eventName)).toEqual(['MODIFY', 'REMOVE']);
    });
  });
});
