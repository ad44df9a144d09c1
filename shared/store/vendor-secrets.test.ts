import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { withSecrets } from '../../test/builders/secrets.ts';

const directory = mkdtempSync(join(tmpdir(), 'rolebook-secrets-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const secret = (token: string) => ({ origin: 'https://sis.example.org', credentials: { token } });

test('a secret is read by its version, the one before it too, and is still there after a restart', async () => {
  const versions: string[] = [];
  await withSecrets(directory, async (secrets) => {
    for (const token of ['one', 'two', 'three'])
      versions.push(await secrets.put('north', 'sis', secret(token)));
    await secrets.put('south', 'sis', secret('other'));
  });
  await withSecrets(directory, async (secrets) => {
    const found = await Promise.all(versions.map((version) => secrets.get('north', 'sis', version)));
    expect(found).toEqual([undefined, secret('two'), secret('three')]);
    expect(await secrets.get('south', 'sis', versions[2] ?? '')).toBeUndefined();
  });
});

test('a secret that was taken away is gone, and the next is a new one', async () => {
  await withSecrets(directory, async (secrets) => {
    const version = await secrets.put('north', 'gone', secret('old'));
    await secrets.remove('north', 'gone');
    await secrets.remove('north', 'gone');
    expect(await secrets.get('north', 'gone', version)).toBeUndefined();
    const next = await secrets.put('north', 'gone', secret('new'));
    expect(await secrets.get('north', 'gone', next)).toEqual(secret('new'));
  });
});

test('on this machine only its user reads the file', () => {
  const path = join(directory, 'secrets', 'secrets.json');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8')).toContain('rolebook-test/feeds/north/sis');
});
