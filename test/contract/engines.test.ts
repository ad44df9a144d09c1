import { expect, test } from 'vitest';
import { dynamoEngines, queueAndBucketEngines } from './engines/engines.ts';

test.runIf(process.env.ROLEBOOK_REQUIRE_ALL === '1')('every engine to compare with is here', () => {
  const missing = [...dynamoEngines, ...queueAndBucketEngines].filter(({ start }) => start === undefined);
  expect(missing.map(({ name }) => name)).toEqual([]);
});
