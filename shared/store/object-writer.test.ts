import type { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { ObjectWriter } from './object-writer.ts';

/** Writes down what is called; parts are ten bytes. */
function world({ failing }: { failing?: string } = {}) {
  const calls: string[] = [];
  const client = {
    send: async (command: { input: { Body?: Buffer } }) => {
      const { Body } = command.input;
      const name = command.constructor.name.replace('Command', '');
      calls.push([name, ...(Body === undefined ? [] : [Body.toString()])].join(' '));
      if (name === failing) throw new Error('refused');
      return { UploadId: 'upload', ETag: `tag-${calls.length}` };
    },
  };
  // As much of the client as the writer uses.
  const s3 = client as unknown as S3Client;
  return { calls, writer: new ObjectWriter(s3, { bucket: 'feeds', key: 'k' }, 10) };
}

test('what is small is one call', async () => {
  const { calls, writer } = world();
  await writer.append('abc');
  expect([await writer.close(), writer.size, calls]).toEqual(['tag-1', 3, ['PutObject abc']]);
});

test('what is large goes in parts of the least size, and is there once it is closed', async () => {
  const { calls, writer } = world();
  for (const text of ['0123456', '789é', 'x', 'rest']) await writer.append(text);
  expect([await writer.close(), writer.size]).toEqual(['tag-4', 17]);
  expect(calls).toEqual([
    'CreateMultipartUpload',
    'UploadPart 0123456789é',
    'UploadPart xrest',
    'CompleteMultipartUpload',
  ]);
});

test('what is given up is tidied away, once there is something', async () => {
  const small = world();
  await small.writer.append('abc');
  await small.writer.abort();
  expect(small.calls).toEqual([]);
  const large = world({ failing: 'UploadPart' });
  await expect(large.writer.append('0123456789')).rejects.toMatchObject({ code: 'store-unavailable' });
  await large.writer.abort();
  expect(large.calls.at(-1)).toBe('AbortMultipartUpload');
});
