import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import hmh from '../catalogues/hmh.json' with { type: 'json' };
import imath from '../catalogues/imath.json' with { type: 'json' };
import pcr from '../catalogues/pcr.json' with { type: 'json' };
import { lintCatalogue, lintCatalogueText } from './lint-catalogue.ts';

type Draft = Record<string, unknown>;

/** Sets the value at a path like `rows/0/cells/teacher` of a copy; `undefined` takes it out. */
function withEdits(file: unknown, edits: Record<string, unknown>): unknown {
  const draft: unknown = structuredClone(file);
  for (const [path, value] of Object.entries(edits)) {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    // A path of the test's own writing leads to an object or list.
    const holder = parts.reduce((at, part) => at[part] as Draft, draft as Draft);
    if (value === undefined) delete holder[name];
    else holder[name] = value;
  }
  return draft;
}

/** Findings after edits, as `path message hint`. */
function findingsAfter(edits: Record<string, unknown>, file: unknown = hmh): string[] {
  return lintCatalogue(withEdits(file, edits)).findings.map(
    (one) => `${one.path} ${one.message} ${one.hint}`,
  );
}

const when = (...conditions: unknown[]) => ({ when: conditions });
const platform = (...values: string[]) => ({ kind: 'propertyIn', property: 'platform', values });
const teacher = 'rows/0/cells/teacher';
const granted = { kind: 'granted', setting: 'hmh.teacher.roster.view' };
/** Keeps the setting of the teacher's own cell in use. */
const useSetting = { 'rows/0/cells/school_admin': when(platform('Ed'), granted) };

describe('a misspelt name gets the one that was meant', () => {
  test.each([
    ['role of a cell', { 'rows/2/cells/techer': 'allow' }, '/rows/2/cells/techer', 'teacher'],
    [
      'role of an overlay',
      { 'overlays/0/changes/0/role': 'school_data_amin' },
      '/overlays/0/changes/0/role',
      'school_data_admin',
    ],
    [
      'role of a condition',
      {
        [teacher]: when({ kind: 'propertyIn', property: 'accountType', values: ['taecher'] }),
        ...useSetting,
      },
      `/${teacher}/when/0/values/0`,
      'teacher',
    ],
    [
      'permission of an overlay',
      { 'overlays/0/changes/0/permission': 'roster.bulk_imports' },
      '/overlays/0/changes/0/permission',
      'roster.bulk_import',
    ],
    [
      'permission of a setting',
      { 'settings/0/changeWith': 'settings.change' },
      '/settings/0/changeWith',
      'setting.change',
    ],
    [
      'setting',
      { [`${teacher}/when/1/setting`]: 'hmh.teacher.rostr.view', ...useSetting },
      `/${teacher}/when/1/setting`,
      'hmh.teacher.roster.view',
    ],
    ['condition', { [teacher]: when({ kind: 'asignedClass' }) }, `/${teacher}/when/0/kind`, 'assignedClass'],
    ['scope', { 'roles/8/scope': 'shcool' }, '/roles/8/scope', 'school'],
    ['resource type', { 'rows/0/resources/1': 'scholl' }, '/rows/0/resources/1', 'school'],
    ['property', { 'rows/0/ressources': ['class'] }, '/rows/0/ressources', 'resources'],
  ] as [string, Record<string, unknown>, string, string][])('%s', (_, edits, path, meant) => {
    const found = findingsAfter(edits);
    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(`${path} `)).toBe(true);
    expect(found[0]).toContain(`Did you mean "${meant}"?`);
  });
});

describe('a condition that can never hold is refused', () => {
  test.each([
    [
      'of two lists without a common value',
      { 'rows/0/cells/school_admin': when(platform('Ed'), platform('NWEA')) },
      /^\/rows\/0\/cells\/school_admin\/when\/1 .*never hold together: no value of "platform"/,
    ],
    [
      'beside a rule of the row',
      {
        'rows/0/rules': [{ says: 'No.', must: platform('TC'), source: ['001:75'] }],
        'rows/0/cells/school_admin': when(platform('Ed')),
      },
      /^\/rows\/0\/cells\/school_admin\/when\/0 This and \/rows\/0\/rules\/0\/must/,
    ],
    [
      'on no resource type of the row',
      { 'rows/11/cells/teacher': when({ kind: 'assignedClass' }) },
      /^\/rows\/11\/cells\/teacher "teacher" is given for a school, where no setting ever lies/,
    ],
    [
      'on the types that are left',
      { 'rows/7/cells/teacher': when({ kind: 'ownAccount' }) },
      /^\/rows\/7\/cells\/teacher\/when\/0 "ownAccount" never holds here: .* school or class/,
    ],
    [
      'on the types that other conditions leave',
      { 'rows/0/cells/school_admin': when({ kind: 'assignedClass' }, { kind: 'ownAccount' }) },
      /^\/rows\/0\/cells\/school_admin\/when\/1 .*it is about a user, and this is asked on a class or student/,
    ],
    [
      'because the subject holds the role itself',
      {
        'rows/0/cells/school_admin': when({ kind: 'ownAccount' }, { kind: 'holdsOnly', roles: ['teacher'] }),
      },
      /^\/rows\/0\/cells\/school_admin\/when\/1 .*the subject is "school_admin"/,
    ],
    [
      'because the subject would be inactive',
      { 'rows/0/cells/school_admin': when({ kind: 'ownAccount' }, { kind: 'inactive' }) },
      /whoever is inactive is denied/,
    ],
  ] as [string, Record<string, unknown>, RegExp][])('%s', (_, edits, expected) => {
    expect(findingsAfter(edits)).toEqual([expect.stringMatching(expected)]);
  });

  test.each([
    [
      'for a calculated role of another record',
      pcr,
      { 'rows/5/cells/student': when({ kind: 'recordOf', part: 'household-student' }) },
      /calculated from a student record, and this asks for a household record/,
    ],
    [
      'for two records of one login',
      pcr,
      {
        'rows/4/cells/admin_full': when(
          { kind: 'recordOf', part: 'student' },
          { kind: 'recordOf', part: 'household-student' },
        ),
      },
      /never to both/,
    ],
    [
      'for accounts that all reach wider',
      imath,
      {
        'rows/9/cells/building_administrator': when({
          kind: 'propertyIn',
          property: 'accountType',
          values: ['district_administrator'],
        }),
      },
      /reaches wider than a school/,
    ],
    [
      'for different numbers of the same users',
      pcr,
      { 'rows/15/cells/security_full': when({ kind: 'loginsFound', as: 'email', value: 'email', count: 1 }) },
      /different numbers of the same users/,
    ],
  ] as [string, unknown, Record<string, unknown>, RegExp][])('%s', (_, file, edits, expected) => {
    expect(findingsAfter(edits, file)).toEqual([expect.stringMatching(expected)]);
  });

  test('unless both lists let it be absent, or share a value', () => {
    const orNot = (value: string) => ({ ...platform(value), orAbsent: true });
    expect(findingsAfter({ 'rows/0/cells/school_admin': when(orNot('Ed'), orNot('NWEA')) })).toEqual([]);
    expect(
      findingsAfter({ 'rows/0/cells/school_admin': when(platform('Ed', 'TC'), platform('TC')) }),
    ).toEqual([]);
  });
});

describe('what says nothing is refused', () => {
  const admin = 'rows/0/cells/school_admin';
  test.each([
    [
      'a condition that stands twice',
      hmh,
      { [admin]: when(platform('Ed'), platform('Ed')) },
      /^\/rows\/0\/cells\/school_admin\/when\/1 This stands here twice/,
    ],
    [
      'a condition that a rule asks of everybody',
      imath,
      { 'rows/9/cells/district_administrator': when({ kind: 'madeNoWider' }) },
      /^\/rows\/9\/cells\/district_administrator\/when\/0 A rule of the row asks this of everybody/,
    ],
    [
      'a condition about users where none is asked about',
      hmh,
      { 'rows/7/cells/teacher': when({ kind: 'editedNoWider' }) },
      /"editedNoWider" says nothing here/,
    ],
    [
      'a condition on seats where no role has any',
      hmh,
      { 'rows/7/cells/teacher': when({ kind: 'seatFree' }) },
      /limited in seats/,
    ],
    [
      '"within" for a role that is never given for classes',
      hmh,
      { 'rows/7/cells/teacher': { within: 'schoolOfClasses', when: [] } },
      /\/within "teacher" is never given for classes/,
    ],
    [
      'a row that nobody reaches',
      hmh,
      { 'rows/10/cells': {} },
      /^\/rows\/10 Nobody may do "preference.manage"/,
    ],
    [
      'a permission on settings that changes none',
      hmh,
      { 'rows/10/resources': ['setting'] },
      /^\/rows\/10\/resources\/0 No setting is changed/,
    ],
    [
      'a setting that nothing depends on',
      hmh,
      { [teacher]: when({ kind: 'assignedClass' }) },
      /^\/settings\/0 Nothing depends on the setting "hmh.teacher.roster.view"/,
    ],
    [
      'an overlay that changes nothing',
      imath,
      { 'overlays/0/changes/0/cell': 'allow' },
      /^\/overlays\/0\/changes\/0\/cell This changes nothing/,
    ],
    [
      'a seat of a calculated role',
      pcr,
      { 'roles/9/seats': 1 },
      /^\/roles\/9\/seats "student" is calculated/,
    ],
    [
      'a role that stands for an attribute, among those that a user holds',
      pcr,
      { 'rows/20/cells/admin_full': when({ kind: 'holdsOnly', roles: ['parent', 'attribute:choir'] }) },
      /^\/rows\/20\/cells\/admin_full\/when\/0\/roles\/1 "attribute:choir" stands for an attribute/,
    ],
    [
      'a calculated role that mapping rules give',
      pcr,
      { oneOf: ['student', 'teacher'] },
      /^\/oneOf\/0 "student" is calculated/,
    ],
  ] as [string, unknown, Record<string, unknown>, RegExp][])('%s', (_, file, edits, expected) => {
    expect(findingsAfter(edits, file)).toEqual([expect.stringMatching(expected)]);
  });

  test('a calculated role for another scope than the district', () => {
    const found = findingsAfter({ 'roles/9/scope': 'school', scopes: ['district', 'school'] }, pcr);
    expect(found).toEqual([
      expect.stringMatching(/^\/roles\/9\/scope "student" is calculated for the whole/),
    ]);
  });
});

test.each([[0], [-1], [1.5]])('%s seats are refused', (seats) => {
  expect(findingsAfter({ 'roles/0/seats': seats })).toEqual([expect.stringMatching(/^\/roles\/0\/seats /)]);
});

test('two changes of one cell in an overlay, and a setting of its own that stands without it, are refused', () => {
  const [change] = hmh.overlays[0]?.changes ?? [];
  const found = findingsAfter({
    'overlays/0/changes/1': change,
    'overlays/0/settings/1': hmh.settings[0],
  });
  expect(found).toEqual([
    expect.stringMatching(/^\/overlays\/0\/settings\/1\/id .*without the overlay too/),
    expect.stringMatching(/^\/overlays\/0\/changes\/1\/role .*twice\. .*\/overlays\/0\/changes\/0/),
  ]);
});

test('all findings come at once, those of names beside those of the shape', () => {
  const found = findingsAfter({
    'roles/0/seats': 0,
    'roles/8/scope': 'shcool',
    'rows/0/extra': 1,
    'rows/1/cells/teacher': when({ kind: 'moonPhase' }),
    'rows/2/cells/janitor': 'allow',
    'rows/3/rules': [{ says: 'No.', must: { kind: 'moonPhase' }, source: ['001:75'] }],
    'overlays/0/changes/0/role': 'janitor',
  });
  expect(found.map((line) => line.split(' ')[0])).toEqual([
    '/roles/0/seats',
    '/roles/8/scope',
    '/rows/0/extra',
    '/rows/1/cells/teacher/when/0/kind',
    '/rows/3/rules/0/must/kind',
    '/rows/2/cells/janitor',
    '/overlays/0/changes/0/role',
  ]);
});

describe('of the text of a file', () => {
  const text = JSON.stringify(hmh, null, 2);
  const lineOf = (fragment: string) => text.slice(0, text.indexOf(fragment)).split('\n').length;

  test('findings tell the line', () => {
    const broken = text.replace('"school_data_admin": "allow"', '"school_data_amin": "allow"');
    const { findings } = lintCatalogueText(broken);
    expect(findings).toEqual([
      expect.objectContaining({
        path: '/rows/0/cells/school_data_amin',
        line: lineOf('"school_data_admin": "allow"'),
        column: 9,
      }),
    ]);
  });

  test('a cell that stands twice is found, which JSON drops without a word', () => {
    const cell = '"district_data_admin": "allow",';
    const { findings } = lintCatalogueText(text.replace(cell, `${cell}\n${cell}`));
    expect(findings).toEqual([
      {
        path: '/rows/0/cells/district_data_admin',
        message: expect.stringContaining(`the first, in line ${lineOf(cell)}`),
        hint: expect.any(String),
        line: lineOf(cell) + 1,
        column: 1,
      },
    ]);
  });

  test('strings with escapes, braces and quotes move no place', () => {
    const odd = '{"title": "a \\"}, { \\\\", "system": {"a/b~": [1, {"x": 2,\n "x": 3}]}}';
    const { findings } = lintCatalogueText(odd);
    expect(findings.find(({ message }) => message.includes('twice'))).toMatchObject({
      path: '/system/a~1b~0/1/x',
      line: 2,
      column: 2,
    });
  });

  test('what is no JSON is told as that', () => {
    expect(lintCatalogueText('{"system": }').findings).toEqual([
      expect.objectContaining({ path: '', message: expect.stringContaining('This is not JSON') }),
    ]);
  });

  test('a file without findings is a catalogue', () => {
    expect(lintCatalogueText(text)).toMatchObject({ catalogue: { system: 'hmh' }, findings: [] });
  });
});

/** The paths of all that a value holds, like `rows/0/cells`. */
function pathsIn(value: unknown, above = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    `${above}${name}`,
    ...pathsIn(inner, `${above}${name}/`),
  ]);
}

test('whatever stands in a file, each finding has a line, a message and a hint, and nothing is thrown', () => {
  const anything = fc.oneof(fc.jsonValue(), fc.constant(undefined));
  fc.assert(
    fc.property(fc.constantFrom(...pathsIn(hmh)), anything, (path, value) => {
      const { findings } = lintCatalogueText(JSON.stringify(withEdits(hmh, { [path]: value })));
      for (const { message, hint, line } of findings) {
        expect([message, hint, line]).not.toContain(undefined);
        expect([message, hint]).not.toContain('');
      }
    }),
    { numRuns: 60 },
  );
});

test.each([[null], [[]], ['text'], [7], [{}]])('%j is no catalogue', (json) => {
  expect(lintCatalogue(json).findings).not.toEqual([]);
});
