import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeDistrict } from './write-district.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolebook-generate-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('writes a folder whose files have the rows it reports', async () => {
  const { rows } = await writeDistrict({ students: 120 }, join(folder, 'district'));
  expect((await readdir(join(folder, 'district'))).sort()).toEqual(Object.keys(rows).sort());
  for (const [file, count] of Object.entries(rows)) {
    const text = await readFile(join(folder, 'district', file), 'utf8');
    expect(text.trimEnd().split('\r\n')).toHaveLength(count + 1);
  }
});

test('leaves no roles.csv of an earlier 1.2 district beside a 1.1 one', async () => {
  await writeDistrict({ students: 20 }, folder);
  await writeDistrict({ students: 20, version: '1.1' }, folder);
  expect(await readdir(folder)).not.toContain('roles.csv');
});

test('writes the same zip for the same options, byte for byte', async () => {
  const [one, two] = [join(folder, 'one.zip'), join(folder, 'two.zip')];
  const written = await writeDistrict({ students: 300, dirty: true }, one);
  await writeDistrict({ students: 300, dirty: true }, two);
  const bytes = await readFile(one);
  expect(bytes.equals(await readFile(two))).toBe(true);
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
  expect(written.planted.every(({ rows }) => rows === 1)).toBe(true);
});
