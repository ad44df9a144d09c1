import { expect, test } from 'vitest';
import * as z from 'zod';
import { folderPrefix } from '../../shared/reports/exchange-keys.ts';
import { sessionPolicy } from './session-policy.ts';

const Policy = z.object({
  Statement: z.array(
    z.object({ Action: z.union([z.string(), z.array(z.string())]), Resource: z.array(z.string()) }),
  ),
});

const folder = (account: string) => ({
  path: '/upload',
  prefix: folderPrefix('d-1', account, 'upload'),
  folder: 'upload' as const,
  account,
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

test('where there is no room, files are looked at and taken away, and none is put', () => {
  const [open, full] = [
    { ...folder('s1'), left: { bytes: 1, files: 1 } },
    { ...folder('s2'), left: { bytes: 0, files: 9 } },
  ];
  const allows = (action: string, account: string) =>
    Policy.parse(JSON.parse(sessionPolicy('exchange', 'd-1', [open, full]))).Statement.some(
      ({ Action, Resource }) =>
        [Action].flat().includes(action) && Resource.some((one) => one.includes(`/${account}/`)),
    );
  expect(['s1', 's2'].map((account) => allows('s3:PutObject', account))).toEqual([true, false]);
  for (const action of ['s3:GetObject', 's3:DeleteObject'])
    expect(['s1', 's2'].map((account) => allows(action, account))).toEqual([true, true]);
});

test('the policy of somebody with very many folders and no room lets nobody put anything', () => {
  const left = { bytes: 0, files: 0 };
  const folders = Array.from({ length: 99 }, (_, at) => ({ ...folder(`school-${at}`), left }));
  const policy = sessionPolicy('exchange', 'd-1', folders);
  expect(policy).not.toContain('s3:PutObject');
  expect(policy).toContain('arn:aws:s3:::exchange/in/d-1/*');
});
