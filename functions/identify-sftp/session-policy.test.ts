import { expect, test } from 'vitest';
import { folderPrefix } from '../../shared/reports/exchange-keys.ts';
import { sessionPolicy } from './session-policy.ts';

const folder = (account: string) => ({
  path: '/upload',
  prefix: folderPrefix('d-1', account, 'upload'),
  folder: 'upload' as const,
});

test('a star in the id of an account opens no folders of others', () => {
  const policy = sessionPolicy('exchange', 'd-1', [folder('*')]);
  expect(policy).toMatch(/:exchange\/in\/d-1\/\$\{\*\}\/upload\/\*/);
  expect(policy).not.toContain('/*/');
});

test('the policy of somebody with very many folders stays within their district', () => {
  const folders = Array.from({ length: 99 }, (_, at) => folder(`school-${at}`));
  const policy = sessionPolicy('exchange', 'd-1', folders);
  expect(policy.length).toBeLessThanOrEqual(2048);
  expect(policy).toContain('arn:aws:s3:::exchange/in/d-1/*');
});
