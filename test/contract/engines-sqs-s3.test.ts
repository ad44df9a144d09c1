import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Clients, clientsOf } from './engines/clients.ts';
import { queueAndBucketEngines, type UnderTest } from './engines/engines.ts';

const Bucket = 'contract';

/** What the product asks of SQS and S3. */
describe.each(queueAndBucketEngines)('$name', ({ name, start }) => {
  const isMoto = name === 'moto';
  let engine: UnderTest | undefined;
  let on: Clients;

  beforeAll(async () => {
    engine = await start?.();
    on = clientsOf(engine?.endpoint ?? '');
    if (engine !== undefined) await on.s3.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(() => engine?.stop());

  describe.skipIf(start === undefined)('as SQS', () => {
    async function queue(QueueName: string, Attributes: Record<string, string> = {}): Promise<string> {
      const { QueueUrl = '' } = await on.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
      return QueueUrl;
    }
    const receive = async (QueueUrl: string, WaitTimeSeconds = 0) => {
      const { Messages = [] } = await on.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds,
          MessageSystemAttributeNames: ['All'],
        }),
      );
      return Messages;
    };
    const attribute = async (QueueUrl: string, name: 'ApproximateNumberOfMessages' | 'QueueArn') => {
      const { Attributes } = await on.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      return Attributes?.[name];
    };

    test('takes messages one by one and in batches, and gives each with its attributes', async () => {
      const QueueUrl = await queue('batches');
      await on.sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: 'first', MessageGroupId: 'district-1' }),
      );
      const { Successful, Failed } = await on.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: Array.from({ length: 9 }, (_, n) => ({ Id: String(n), MessageBody: `${n}` })),
        }),
      );
      expect([Successful?.length, Failed ?? []]).toEqual([9, []]);
      const messages = await receive(QueueUrl);
      expect(messages.map(({ Body }) => Body).sort()).toEqual([
        '0',
        '1',
        '2',
        '3',
        '4',
        '5',
        '6',
        '7',
        '8',
        'first',
      ]);
      expect(messages[0]?.Attributes).toMatchObject({
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.any(String),
      });
      const [one, ...rest] = messages;
      await on.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: one?.ReceiptHandle }));
      await on.sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl,
          Entries: rest.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle })),
        }),
      );
      expect(await receive(QueueUrl)).toEqual([]);
    });

    test.skipIf(isMoto)('gives a quiet group its turn before the backlog of a busy one', async () => {
      const QueueUrl = await queue('fair');
      const entries = (MessageGroupId: string, numbers: number[]) =>
        numbers.map((n) => ({ Id: String(n), MessageBody: `${MessageGroupId} ${n}`, MessageGroupId }));
      for (const Entries of [entries('large', [1, 2, 3, 4, 5, 6, 7, 8, 9]), entries('small', [1])]) {
        await on.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      }
      const next = () =>
        on.sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['MessageGroupId'] }));
      const [first, second] = [await next(), await next()];
      expect([first, second].map(({ Messages }) => Messages?.[0]?.Body)).toEqual(['large 1', 'small 1']);
      expect(second.Messages?.[0]?.Attributes).toEqual({ MessageGroupId: 'small' });
    });

    test.skipIf(isMoto)(
      'refuses more than ten in a batch, and characters that SQS cannot carry',
      async () => {
        const QueueUrl = await queue('refusals');
        const Entries = Array.from({ length: 11 }, (_, n) => ({ Id: String(n), MessageBody: 'x' }));
        await expect(on.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toThrow();
        await expect(
          on.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a\u0000b' })),
        ).rejects.toThrow();
      },
    );

    test('waits for a message that comes later', async () => {
      const QueueUrl = await queue('waiting');
      const waiting = receive(QueueUrl, 5);
      await sleep(300);
      await on.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late' }));
      expect((await waiting).map(({ Body }) => Body)).toEqual(['late']);
    });

    test('holds a delayed message back', async () => {
      const QueueUrl = await queue('delayed');
      await on.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 1 }));
      expect(await receive(QueueUrl)).toEqual([]);
      await sleep(1200);
      expect(await receive(QueueUrl)).toHaveLength(1);
    });

    test('gives a message again after its visibility, and to the dead letters after enough of it', async () => {
      const deadLetters = await queue('dead');
      const QueueUrl = await queue('redriven', {
        VisibilityTimeout: '1',
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: await attribute(deadLetters, 'QueueArn'),
          maxReceiveCount: 2,
        }),
      });
      await on.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }));
      const counts: (string | undefined)[] = [];
      for (let round = 0; round < 3; round++) {
        for (const { Attributes } of await receive(QueueUrl))
          counts.push(Attributes?.ApproximateReceiveCount);
        expect(await receive(QueueUrl)).toEqual([]); // hidden, or gone
        await sleep(1200);
      }
      expect(counts).toEqual(['1', '2']);
      expect(await attribute(deadLetters, 'ApproximateNumberOfMessages')).toBe('1');
    });
  });

  describe.skipIf(start === undefined)('as S3', () => {
    const part = Buffer.alloc(5 * 1024 * 1024, 'a');

    const text = async (Key: string, Range?: string) => {
      const { Body } = await on.s3.send(
        new GetObjectCommand({ Bucket, Key, ...(Range === undefined ? {} : { Range }) }),
      );
      return Body?.transformToString();
    };
    const put = (Key: string, Body: string) => on.s3.send(new PutObjectCommand({ Bucket, Key, Body }));

    test('stores, gives, gives parts of, and describes an object', async () => {
      await on.s3.send(
        new PutObjectCommand({
          Bucket,
          Key: 'a/ü b.csv',
          Body: '0123456789',
          ContentType: 'text/csv',
          Metadata: { sync: 's-1' },
        }),
      );
      expect(await text('a/ü b.csv')).toBe('0123456789');
      expect(await text('a/ü b.csv', 'bytes=2-4')).toBe('234');
      expect(await text('a/ü b.csv', 'bytes=7-')).toBe('789');
      const head = await on.s3.send(new HeadObjectCommand({ Bucket, Key: 'a/ü b.csv' }));
      expect(head).toMatchObject({
        ContentLength: 10,
        ContentType: 'text/csv',
        ETag: '"781e5e245d69b566979b86e28d23f2c7"',
        Metadata: { sync: 's-1' },
      });
    });

    test('says in its own words what is not there', async () => {
      await expect(text('nowhere')).rejects.toMatchObject({ name: 'NoSuchKey' });
      await expect(on.s3.send(new HeadObjectCommand({ Bucket, Key: 'nowhere' }))).rejects.toMatchObject({
        name: 'NotFound',
      });
    });

    test('writes once where it is told to write only what is new', async () => {
      const once = (Body: string) =>
        on.s3.send(new PutObjectCommand({ Bucket, Key: 'once', Body, IfNoneMatch: '*' }));
      const results = await Promise.allSettled(['1', '2', '3'].map(once));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await expect(once('4')).rejects.toMatchObject({ name: 'PreconditionFailed' });
      expect(['1', '2', '3']).toContain(await text('once'));
    });

    test('lists in the order of bytes, in pages, and folds by a delimiter', async () => {
      const keys = ['l/B', 'l/_', 'l/a', 'l/a-1', 'l/a.1', 'l/a/1', 'l/a0', 'l/b'];
      await Promise.all(keys.map((key) => put(key, 'x')));
      const listed: (string | undefined)[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await on.s3.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix: 'l/',
            MaxKeys: 3,
            ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
          }),
        );
        listed.push(...(page.Contents ?? []).map(({ Key }) => Key));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      expect(listed).toEqual(['l/B', 'l/_', 'l/a', 'l/a-1', 'l/a.1', 'l/a/1', 'l/a0', 'l/b']);
      const { CommonPrefixes } = await on.s3.send(
        new ListObjectsV2Command({ Bucket, Prefix: 'l/', Delimiter: '/' }),
      );
      expect(CommonPrefixes).toEqual([{ Prefix: 'l/a/' }]);
    });

    test('puts parts together in the order of their numbers', async () => {
      const Key = 'parts';
      const { UploadId } = await on.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const upload = async (PartNumber: number, Body: Buffer) => {
        const { ETag } = await on.s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
        return { PartNumber, ETag };
      };
      const last = await upload(2, Buffer.from('end'));
      const first = await upload(1, part);
      const { ETag } = await on.s3.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key,
          UploadId,
          MultipartUpload: { Parts: [first, last] },
        }),
      );
      expect(ETag).toMatch(/-2"$/);
      expect(await text(Key, `bytes=${part.length - 1}-`)).toBe('aend');
    });

    test('reads across parts, and keeps a copy of what was put together when that is replaced', async () => {
      const parts = [Buffer.alloc(5 * 1024 * 1024, 'b'), Buffer.from('end')];
      const Key = 'joined';
      const { UploadId } = await on.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const sent = parts.map(async (Body, at) => {
        const PartNumber = at + 1;
        const { ETag } = await on.s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
        return { PartNumber, ETag };
      });
      const MultipartUpload = { Parts: await Promise.all(sent) };
      await on.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
      await on.s3.send(new CopyObjectCommand({ Bucket, Key: 'joined/copy', CopySource: `${Bucket}/${Key}` }));
      await put(Key, 'small');
      expect(await text(Key)).toBe('small');
      const length = 5 * 1024 * 1024 + 3;
      expect(await text('joined/copy', `bytes=${length - 5}-${length - 2}`)).toBe('bben');
      expect(await text('joined/copy', 'bytes=-2')).toBe('nd');
      expect(await text('joined/copy')).toHaveLength(length);
      await expect(text('joined/copy', `bytes=${length}-`)).rejects.toMatchObject({ name: 'InvalidRange' });
    });

    test('drops the parts of an upload that is given up', async () => {
      const Key = 'given-up';
      const { UploadId } = await on.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      await on.s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: part }));
      await on.s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      await expect(on.s3.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
        name: 'NotFound',
      });
    });

    test('takes a stream of unknown length', async () => {
      async function* chunks() {
        for (let n = 0; n < 12; n++) yield Buffer.alloc(1024 * 1024, n);
      }
      const params = { Bucket, Key: 'streamed', Body: Readable.from(chunks()) };
      await new Upload({ client: on.s3, params }).done();
      const { ContentLength } = await on.s3.send(new HeadObjectCommand({ Bucket, Key: 'streamed' }));
      expect(ContentLength).toBe(12 * 1024 * 1024);
    });

    test('deletes one and many, also what is not there', async () => {
      await Promise.all(['d/1', 'd/2', 'd/3'].map((key) => put(key, 'x')));
      await on.s3.send(new DeleteObjectCommand({ Bucket, Key: 'd/1' }));
      await on.s3.send(new DeleteObjectCommand({ Bucket, Key: 'd/1' }));
      await on.s3.send(
        new DeleteObjectsCommand({
          Bucket,
          Delete: { Objects: [{ Key: 'd/2' }, { Key: 'd/3' }, { Key: 'd/4' }] },
        }),
      );
      const { KeyCount } = await on.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'd/' }));
      expect(KeyCount).toBe(0);
    });

    test('takes an upload by a presigned address, from a browser too', async () => {
      const url = await getSignedUrl(
        on.s3,
        new PutObjectCommand({ Bucket, Key: 'presigned', ContentLength: 5 }),
        {
          expiresIn: 60,
        },
      );
      const preflight = await fetch(url, {
        method: 'OPTIONS',
        headers: { Origin: 'https://console.test', 'Access-Control-Request-Method': 'PUT' },
      });
      if (!isMoto) expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
      const uploaded = await fetch(url, {
        method: 'PUT',
        body: 'hello',
        headers: { Origin: 'https://console.test' },
      });
      expect(uploaded.status).toBe(200);
      expect(await text('presigned')).toBe('hello');
      const download = await getSignedUrl(on.s3, new GetObjectCommand({ Bucket, Key: 'presigned' }), {
        expiresIn: 60,
      });
      expect(await (await fetch(download)).text()).toBe('hello');
    });

    test.skipIf(isMoto)(
      'takes nothing by a presigned address, and not what is other than its hash',
      async () => {
        const put = async (more: object, body: Buffer) => {
          const command = new PutObjectCommand({ Bucket, Key: 'hashed', ...more });
          const unhoistableHeaders = new Set(['x-amz-checksum-sha256']);
          const url = await getSignedUrl(on.s3, command, { expiresIn: 60, unhoistableHeaders });
          const headers =
            'ChecksumSHA256' in more ? { 'x-amz-checksum-sha256': `${more.ChecksumSHA256}` } : {};
          return (await fetch(url, { method: 'PUT', headers, body: new Uint8Array(body) })).status;
        };
        const ChecksumSHA256 = createHash('sha256').update('abc').digest('base64');
        expect(await put({ ContentLength: 0 }, Buffer.alloc(0))).toBe(200);
        expect(await text('hashed')).toBe('');
        expect(await put({ ContentLength: 3, ChecksumSHA256 }, Buffer.from('abd'))).toBe(400);
        expect(await put({ ContentLength: 3, ChecksumSHA256 }, Buffer.from('abc'))).toBe(200);
        expect(await text('hashed')).toBe('abc');
      },
    );

    test.skipIf(isMoto)(
      'copies with the metadata, and nothing that has changed since somebody looked',
      async () => {
        const [Key, to] = ['to copy/ä.txt', 'copied.txt'];
        const Metadata = { report: 'r1' };
        const { ETag } = await on.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'a', Metadata }));
        const copy = (CopySourceIfMatch: string | undefined) => {
          const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
          return on.s3.send(new CopyObjectCommand({ Bucket, Key: to, CopySource, CopySourceIfMatch }));
        };
        await copy(ETag);
        expect(await on.s3.send(new HeadObjectCommand({ Bucket, Key: to }))).toMatchObject({ Metadata });
        await on.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'b' }));
        await expect(copy(ETag)).rejects.toMatchObject({ name: 'PreconditionFailed' });
      },
    );

    test.skipIf(isMoto)('answers a presigned address with the headers that it asks for', async () => {
      const ResponseContentDisposition = 'attachment; filename="a b.txt"; filename*=UTF-8\'\'%C3%A4.txt';
      const ResponseContentType = 'application/octet-stream';
      await on.s3.send(
        new PutObjectCommand({ Bucket, Key: 'x.html', Body: '<b>', ContentType: 'text/html' }),
      );
      const get = new GetObjectCommand({
        Bucket,
        Key: 'x.html',
        ResponseContentDisposition,
        ResponseContentType,
      });
      const { headers } = await fetch(await getSignedUrl(on.s3, get, { expiresIn: 60 }));
      expect([headers.get('content-disposition'), headers.get('content-type')]).toEqual([
        ResponseContentDisposition,
        ResponseContentType,
      ]);
    });

    test.skipIf(isMoto)('refuses a presigned address that has run out', async () => {
      const url = await getSignedUrl(on.s3, new GetObjectCommand({ Bucket, Key: 'presigned' }), {
        expiresIn: 60,
        signingDate: new Date(Date.now() - 120_000),
      });
      expect((await fetch(url)).status).toBe(403);
    });
  });
});
