import { expect, test } from 'vitest';
import { hasOpenSsh } from '../builders/sftp-client.ts';
import { dynamoEngines, queueAndBucketEngines } from './engines/engines.ts';

const required = test.runIf(process.env.ROLEBOOK_REQUIRE_ALL === '1');

required('every engine to compare with is here', () => {
  const missing = [...dynamoEngines, ...queueAndBucketEngines].filter(({ start }) => start === undefined);
  expect(missing.map(({ name }) => name)).toEqual([]);
});

required('OpenSSH’s own client is here', () => {
  expect(hasOpenSsh).toBe(true);
});
