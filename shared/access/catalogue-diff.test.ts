import { describe, expect, test } from 'vitest';
import { shipped } from '../../test/builders/catalogue-table.ts';
import type { Catalogue, Cell, Role, Row } from './catalogue.ts';
import { diffCatalogues } from './catalogue-diff.ts';
import { applyOverlay } from './overlays.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

const hmh = shipped('hmh');
const nsc = shipped('nsc');

function withRow(catalogue: Catalogue, permission: string, change: (row: Row) => Partial<Row>): Catalogue {
  const rows = catalogue.rows.map((row) =>
    row.permission === permission ? { ...row, ...change(row) } : row,
  );
  return { ...catalogue, rows };
}

function withCell(permission: string, role: string, cell: Cell | undefined): Catalogue {
  return withRow(hmh, permission, ({ cells }) => {
    const { [role]: _, ...others } = cells;
    return { cells: cell === undefined ? others : { ...others, [role]: cell } };
  });
}

function withRole(id: string, change: Partial<Role>): Catalogue {
  return { ...nsc, roles: nsc.roles.map((role) => (role.id === id ? { ...role, ...change } : role)) };
}

const sentences = (before: Catalogue, after: Catalogue, holders = {}) =>
  diffCatalogues(before, after, holders).map(({ sentence }) => sentence);
const platform = (...values: string[]): Cell => ({
  when: [{ kind: 'propertyIn', property: 'platform', values }],
});

test.each([...shippedCatalogues.values()])('$system has no difference to itself', (catalogue) => {
  expect(diffCatalogues(catalogue, structuredClone(catalogue))).toEqual([]);
});

describe('a cell', () => {
  test.each([
    [
      'that is new is a gain',
      'license.flight',
      'teacher',
      { when: [{ kind: 'assignedClass' }] },
      'gains',
      'teacher gains hmh:license.flight where assigned class',
    ],
    [
      'that is gone is a loss',
      'license.flight',
      'school_admin',
      undefined,
      'loses',
      'school_admin loses hmh:license.flight',
    ],
    [
      'that got a condition is narrower',
      'license.flight',
      'school_admin',
      platform('Ed', 'Flight'),
      'narrower',
      'school_admin keeps hmh:license.flight, now only where platform is Ed or Flight',
    ],
    [
      'that lost its conditions is wider',
      'roster.view',
      'school_admin',
      'allow',
      'wider',
      'school_admin keeps hmh:roster.view, no longer only where platform is Ed or Flight',
    ],
    [
      'with fewer values is narrower',
      'roster.view',
      'school_admin',
      platform('Ed'),
      'narrower',
      'school_admin keeps hmh:roster.view, now only where platform is Ed, before where platform is Ed or Flight',
    ],
    [
      'with more values is wider',
      'roster.view',
      'school_admin',
      platform('Ed', 'Flight', 'TC'),
      'wider',
      'school_admin keeps hmh:roster.view, now where platform is Ed, Flight or TC, before where platform is Ed or Flight',
    ],
    [
      'with other values is changed',
      'roster.view',
      'school_admin',
      platform('TC'),
      'changed',
      'school_admin keeps hmh:roster.view, now where platform is TC, before where platform is Ed or Flight',
    ],
  ] as [string, string, string, Cell | undefined, string, string][])(
    '%s',
    (_, permission, role, cell, effect, sentence) => {
      expect(diffCatalogues(hmh, withCell(permission, role, cell))).toEqual([
        { what: 'cell', effect, role, permission, sentence },
      ]);
    },
  );

  test('whose conditions stand in another order says nothing', () => {
    const reversed = withRow(hmh, 'roster.view', ({ cells }) => {
      const { teacher } = cells;
      if (teacher === undefined || teacher === 'allow') return {};
      return { cells: { ...cells, teacher: { when: teacher.when.toReversed() } } };
    });
    expect(sentences(hmh, reversed)).toEqual([]);
  });

  test('says how many people hold the role, where that is told', () => {
    const after = withCell('license.flight', 'school_admin', undefined);
    expect(diffCatalogues(hmh, after, { school_admin: 412 })).toMatchObject([
      { holders: 412, sentence: 'school_admin (412 people) loses hmh:license.flight' },
    ]);
    expect(sentences(hmh, after, { school_admin: 1 })[0]).toContain('(1 person)');
    expect(sentences(hmh, after, { school_admin: 0 })[0]).toContain('(nobody yet)');
  });
});

test('an overlay is told as what it gives and takes', () => {
  const imath = shipped('imath');
  const [vendor] = imath.overlays;
  if (!vendor) return expect.unreachable();
  const told = sentences(imath, applyOverlay(imath, vendor));
  expect(told).toContain('district_administrator loses imath:pathway.enroll');
  expect(told).toContain('teacher gains imath:pathway.enroll where assigned class');
  expect(told).toContain('teacher gains imath:educator.first_setup where own account and invited');
  expect(told).toHaveLength(vendor.changes.length);
});

describe('a role', () => {
  test.each([
    ['user_admin', { needsWebId: false }, 'wider', 'user_admin no longer needs a web ID'],
    ['other', { needsWebId: true }, 'narrower', 'other now grants nothing to whoever has no web ID'],
    ['billing', { seats: 2 }, 'wider', 'billing has now 2 seats per account (was: 1)'],
    ['ftp', { seats: 1 }, 'narrower', 'ftp has now 1 seat per account (was: any number)'],
    [
      'ftp',
      { privileged: true },
      'narrower',
      'ftp is now privileged: a person confirms what a feed would give',
    ],
    [
      'ftp',
      { alsoFor: ['school'] },
      'changed',
      'ftp is now given for an account or school (before: an account); other assignments grant nothing',
    ],
    ['ftp', { label: 'Files', source: ['000:1'] }, 'words', 'ftp: words only (label, source)'],
  ] as [string, Partial<Role>, string, string][])('%s with %j', (id, change, effect, sentence) => {
    expect(diffCatalogues(nsc, withRole(id, change))).toEqual([{ what: 'role', effect, role: id, sentence }]);
  });

  test('that is gone takes what it gave along', () => {
    const after = {
      ...nsc,
      roles: nsc.roles.filter(({ id }) => id !== 'st_billing'),
      rows: nsc.rows.filter(({ permission }) => permission !== 'invoice.receive'),
    };
    expect(sentences(nsc, after, { st_billing: 3 })).toEqual([
      'st_billing (3 people) is no role any more',
      'nsc:invoice.receive is removed',
      'st_billing (3 people) loses nsc:invoice.receive',
    ]);
    expect(sentences(after, nsc)).toEqual([
      'st_billing is a new role, given for an account',
      'nsc:invoice.receive is added: receive your service invoice',
      'st_billing gains nsc:invoice.receive',
    ]);
  });
});

describe('a row', () => {
  test('with other resources, rules or openness is told for everybody', () => {
    const before = withRow(nsc, 'contact.update', () => ({
      open: { when: [{ kind: 'ownAccount' }] },
      rules: [{ says: 'Only invited people.', must: { kind: 'invited' }, source: ['000:9'] }],
    }));
    const after = withRow(nsc, 'contact.update', () => ({
      resources: ['user'],
      open: { when: [{ kind: 'ownAccount' }, { kind: 'invited' }], evenInactive: true },
    }));
    expect(sentences(before, after)).toEqual([
      'nsc:contact.update can now be asked on a user',
      'nsc:contact.update can no longer be asked on an account',
      'everybody: nsc:contact.update no longer only where invited',
      'everybody, without a role, keeps nsc:contact.update, now only where invited',
      'whoever the roster suspends or disables gains nsc:contact.update where own account and invited',
    ]);
    expect(sentences(nsc, before)).toEqual([
      'everybody: nsc:contact.update now only where invited (rule: Only invited people.)',
      'everybody, without a role, gains nsc:contact.update where own account',
    ]);
  });

  test('of which only the source or the wording differs changes no answer', () => {
    const after = withRow(hmh, 'event.manage', () => ({ source: ['001:1'], task: 'Manage events' }));
    expect(diffCatalogues(hmh, after)).toEqual([
      {
        what: 'permission',
        effect: 'words',
        permission: 'event.manage',
        sentence: 'hmh:event.manage: words only (task, source)',
      },
    ]);
  });
});

test('settings that are new, gone, or on by default are told', () => {
  const [view, manage] = hmh.settings;
  if (!view || !manage) return expect.unreachable();
  const after = {
    ...hmh,
    settings: [
      { ...view, default: true },
      { ...manage, id: 'hmh.other' },
    ],
  };
  expect(sentences(hmh, after)).toEqual([
    'setting hmh.teacher.roster.view is now on in every district that never set it',
    'setting hmh.other is added, off by default, changed with hmh:setting.change',
    'setting hmh.teacher.roster.manual_manage is removed',
  ]);
});

test('an overlay of the catalogue that is new, gone or other is told apart from the base', () => {
  const [overlay] = hmh.overlays;
  if (!overlay) return expect.unreachable();
  const bare = { ...hmh, overlays: [] };
  expect(sentences(hmh, bare)).toEqual(['overlay hmh-school-rostering is removed']);
  expect(sentences(bare, hmh)).toEqual([
    'overlay hmh-school-rostering is added',
    expect.stringMatching(/^with overlay hmh-school-rostering, setting .* is added, off by default/),
    expect.stringMatching(
      /^with overlay hmh-school-rostering, school_data_admin gains hmh:roster\.bulk_import where/,
    ),
  ]);
  const [change, ...others] = overlay.changes;
  if (!change) return expect.unreachable();
  const free = {
    ...hmh,
    overlays: [{ ...overlay, changes: [{ ...change, cell: 'allow' as const }, ...others] }],
  };
  expect(sentences(hmh, free)).toEqual([
    expect.stringMatching(
      /^with overlay hmh-school-rostering, school_data_admin keeps .* no longer only where setting/,
    ),
  ]);
});

test('what holds for the whole catalogue is told', () => {
  const { usersLieByAssignment: _, ...after } = { ...nsc, title: 'Other' };
  expect(sentences(nsc, after)).toEqual([
    'usersLieByAssignment: now none, before true',
    'nsc: words only (title)',
  ]);
});
