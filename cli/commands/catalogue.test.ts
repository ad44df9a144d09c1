import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import hmh from '../../shared/access/catalogues/hmh.json' with { type: 'json' };
import { type Ran, runCommand } from '../../test/builders/run-command.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolebook-catalogue-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

function run(...args: string[]): Promise<Ran> {
  return runCommand(['catalogue', ...args]);
}

const text = JSON.stringify(hmh, null, 2);
const misspelt = text.replace('"school_data_admin": "allow"', '"school_data_amin": "allow"');

describe('lint', () => {
  test('exits 0 where nothing is wrong', async () => {
    const path = await file('hmh.json', text);
    expect(await run('lint', path)).toMatchObject({ code: 0, out: `${path} is a catalogue.\n` });
  });

  test('exits 1 and tells file, line, path and hint of every finding in every file', async () => {
    const [good, bad] = [await file('good.json', text), await file('bad.json', misspelt)];
    const { code, out } = await run('lint', good, bad);
    expect(code).toBe(1);
    expect(out).toMatch(
      /bad\.json:\d+:9 {2}\/rows\/0\/cells\/school_data_amin\n {2}Unknown role "school_data_amin"\.\n {2}Did you mean "school_data_admin"\?/,
    );
    const { files } = JSON.parse((await run('lint', good, bad, '--json')).out);
    expect(files).toMatchObject([
      { file: good, findings: [] },
      { file: bad, findings: [{ path: '/rows/0/cells/school_data_amin', hint: expect.any(String) }] },
    ]);
  });

  test('exits 4 where there is no such file', async () => {
    expect(await run('lint', join(folder, 'none.json'))).toMatchObject({
      code: 4,
      err: expect.stringContaining('There is no file'),
    });
  });
});

const given = `given:
  today: 2026-10-15
  classes:
    c1: { school: s1, teachers: [ada] }
  assignments:
    - { user: ada, role: hmh:teacher, school: s1 }
check:
`;
const holds = `  - { user: ada, action: hmh:report.assessment, resource: class:c1, allowed: true, why: '001:237' }\n`;

describe('test', () => {
  test('exits 0 where every check is answered as it says', async () => {
    const path = await file('fine.yaml', given + holds);
    expect(await run('test', path)).toMatchObject({ code: 0, out: `${path}: 1 of 1 checks hold.\n` });
  });

  test('exits 1 where one is not, and tells its line and the answer', async () => {
    const path = await file('wrong.yaml', given + holds + holds.replace('true', 'false'));
    const { code, out } = await run('test', path);
    expect(code).toBe(1);
    expect(out).toContain(
      `${path}:9  ada hmh:report.assessment on class:c1\n  should be denied, is allowed: Is a teacher at school s1`,
    );
    expect(JSON.parse((await run('test', path, '--json')).out).files).toMatchObject([
      { checks: 2, failed: [{ line: 9, user: 'ada' }] },
    ]);
  });

  test('exits 1 where the answer is right for another reason', async () => {
    const path = await file('reason.yaml', given + holds.replace('001:237', '001:141'));
    expect(await run('test', path)).toMatchObject({
      code: 1,
      out: expect.stringContaining('is allowed, but not because of "001:141"'),
    });
  });

  test('exits 1 and tells every mistake of a file that is no test file, with its line', async () => {
    const wrong = given.replace('hmh:teacher', 'hmh:techer') + holds.replace('resource:', 'resurce:');
    const { code, out } = await run('test', await file('mistakes.yaml', wrong));
    expect(code).toBe(1);
    expect(out).toMatch(
      /:6:\d+ {2}\/given\/assignments\/0\/role\n.*"hmh:techer".\n {2}Did you mean "hmh:teacher"\?/,
    );
    expect(out).toMatch(/:8:\d+ {2}\/check\/0\/resurce\n.*\n {2}Did you mean "resource"\?/);
  });

  test.each([
    [
      'words with a comma',
      `${given}${holds.replace("'001:237'", 'Is a teacher, which')}`,
      /:8:.*\n.*"which".*\n.*put quotes/,
    ],
    ['no YAML', `${given}  - { user: ada`, /This is not YAML/],
    ['no reason', `${given}${holds.replace(", why: '001:237'", '')}`, /:8:\d+ {2}\/check\/0\/why\n.*missing/],
    ['no checks', given, /\/check\n/],
    [
      'an unknown permission',
      given + holds.replace('report.assessment', 'report.asessment'),
      /Did you mean "hmh:report.assessment"/,
    ],
    ['an unknown resource type', given + holds.replace('class:c1', 'clas:c1'), /Did you mean "class"/],
    [
      'an unknown setting',
      given + holds.replace(' allowed', ' settings: { hmh.teacher.roster.vew: true }, allowed'),
      /Did you mean "hmh.teacher.roster.view"/,
    ],
    [
      'an unknown overlay',
      given + holds.replace(' allowed', ' overlays: [hmh-school-rosterin], allowed'),
      /Did you mean "hmh-school-rostering"/,
    ],
    ['an assignment to nowhere', given.replace(', school: s1 }\n', ' }\n') + holds, /Say where/],
  ])('exits 1 for %s', async (_, wrong, expected) => {
    const { code, out } = await run('test', await file('wrong.yaml', wrong));
    expect(code).toBe(1);
    expect(out).toMatch(expected);
  });

  test('asks another catalogue in the place of the shipped one', async () => {
    const path = await file('fine.yaml', given + holds);
    const without = structuredClone(hmh);
    const row = without.rows.find(({ permission }) => permission === 'report.assessment');
    if (row) Reflect.deleteProperty(row.cells, 'teacher');
    const other = await file('other.json', JSON.stringify(without));
    expect(await run('test', path, '--catalogue', other)).toMatchObject({
      code: 1,
      out: expect.stringContaining('should be allowed, is denied'),
    });
    const refused = await file('refused.json', misspelt);
    expect(await run('test', path, '--catalogue', refused)).toMatchObject({
      code: 1,
      out: expect.stringContaining('Did you mean "school_data_admin"?'),
    });
  });
});

describe('diff', () => {
  test('tells what an overlay gives', async () => {
    const { code, out } = await run('diff', 'hmh', 'hmh+hmh-school-rostering');
    expect(code).toBe(0);
    expect(out).toContain('school_data_admin gains hmh:roster.bulk_import where setting');
  });

  test('tells how many people hold the role, between a file and a shipped system', async () => {
    const other = structuredClone(hmh);
    const row = other.rows.find(({ permission }) => permission === 'license.flight');
    if (row) Reflect.deleteProperty(row.cells, 'school_admin');
    const after = await file('after.json', JSON.stringify(other));
    const holders = await file('holders.json', '{"school_admin": 12}');
    expect(await run('diff', 'hmh', after, '--holders', holders)).toMatchObject({
      code: 0,
      out: 'school_admin (12 people) loses hmh:license.flight\n',
    });
    expect(JSON.parse((await run('diff', 'hmh', after, '--json')).out)).toMatchObject({
      changes: [{ what: 'cell', effect: 'loses', role: 'school_admin', permission: 'license.flight' }],
    });
  });

  test('tells a change of words apart', async () => {
    const after = await file('after.json', JSON.stringify({ ...hmh, title: 'Rostering' }));
    expect(await run('diff', 'hmh', after)).toMatchObject({
      code: 0,
      out: 'No answer differs.\nhmh: words only (title)\n',
    });
    expect(await run('diff', 'hmh', 'hmh')).toMatchObject({ out: 'No difference.\n' });
  });

  test('exits 1 for a file that is refused, and 4 for what is not there', async () => {
    expect(await run('diff', 'hmh', await file('bad.json', misspelt))).toMatchObject({ code: 1 });
    expect(await run('diff', 'hmh', 'hmhh')).toMatchObject({
      code: 4,
      err: expect.stringContaining('neither a file nor a shipped system (nsc, hmh'),
    });
    expect(await run('diff', 'hmh', 'hmh+nothing')).toMatchObject({
      code: 4,
      err: expect.stringContaining('it has hmh-school-rostering'),
    });
    const holders = await file('holders.json', '{"teacher": "many"}');
    expect(await run('diff', 'hmh', 'hmh', '--holders', holders)).toMatchObject({ code: 4 });
  });
});
