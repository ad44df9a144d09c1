import { describe, expect, test } from 'vitest';
import {
  aClass,
  anAssignment,
  aPerson,
  aSetting,
  atSchool,
  enrolled,
  inDistrict,
} from '../../../test/builders/access-facts.ts';
import {
  contradicted,
  isCaught,
  mutantsOf,
  shipped,
  type TableCase,
} from '../../../test/builders/catalogue-table.ts';
import type { ReasonCode, Scope } from '../facts.ts';

/** Roles in the document's column order, each with a scope that holds class c-9 of school s-3 and one that doesn't. */
const here = { district: inDistrict, school: atSchool('s-3') };
const elsewhere: typeof here = { district: { type: 'district', ids: ['d-2'] }, school: atSchool('s-4') };
const columns = [
  ['district_data_admin', 'district'],
  ['district_assessment_system_admin', 'district'],
  ['district_admin_assessment_coordinator', 'district'],
  ['district_assessment_proctor', 'district'],
  ['school_data_admin', 'school'],
  ['school_assessment_coordinator', 'school'],
  ['school_admin', 'school'],
  ['school_assessment_proctor', 'school'],
  ['teacher', 'school'],
] as const;

/**
 * role-systems §2, typed from the document. `A` allow, `-` deny, `P` platform Ed or Flight, `N` platform NWEA or none,
 * `T` assigned class, `G` assigned class and granted.
 */
const table: Record<string, string> = {
  'roster.view': 'A A A - A A P - G',
  'roster.manual_manage': 'A A - - A - - - G',
  'roster.bulk_import': 'A - - - - - - - -',
  'roster.automated_import': 'A - - - - - - - -',
  'report.assessment': 'A A A - A A A - T',
  'report.curriculum': 'A - A - A - A - T',
  'license.ed': 'A - A - A - A - T',
  'license.flight': 'A - A - A - A - -',
  'event.manage': 'A - - - - A - - -',
  'assessment.proctor': '- - - N - - - N -',
  'preference.manage': '- A - - - - - - -',
  'setting.change': 'A - - - - - - - -',
};

type Case = {
  permission: string;
  role: string;
  scope: Scope;
  expected: boolean;
  /** Told from other denials: no cell at all is another answer than a scope that doesn't reach. */
  code?: ReasonCode;
  platform?: string;
  assigned?: boolean;
  granted?: readonly string[];
};

const grantOf: Record<string, string> = {
  'roster.view': 'hmh.teacher.roster.view',
  'roster.manual_manage': 'hmh.teacher.roster.manual_manage',
};
const grants = Object.values(grantOf);

/** Denied cells are asked with all that could ever help; conditional ones with each thing missing in turn. */
function casesOf(permission: string, letter: string, [role, type]: (typeof columns)[number]): Case[] {
  const asked = { permission, role, scope: here[type] };
  const away = { permission, role, scope: elsewhere[type], expected: false };
  const grant = grantOf[permission] ?? '';
  switch (letter) {
    case 'A':
      return [{ ...asked, expected: true }, away];
    case '-':
      return ['Ed', 'Flight', 'NWEA', undefined].map((platform) => ({
        ...asked,
        expected: false,
        code: 'no-role',
        assigned: true,
        granted: grants,
        ...(platform ? { platform } : {}),
      }));
    case 'P':
      return [
        ...['Ed', 'Flight'].map((platform) => ({ ...asked, platform, expected: true })),
        ...['NWEA', 'TC', 'HMO', 'ed'].map((platform) => ({ ...asked, platform, expected: false })),
        { ...asked, expected: false },
        { ...away, platform: 'Ed' },
      ];
    case 'N':
      return [
        { ...asked, platform: 'NWEA', expected: true },
        { ...asked, expected: true },
        ...['Ed', 'Flight', 'TC', 'HMO'].map((platform) => ({ ...asked, platform, expected: false })),
        { ...away, platform: 'NWEA' },
      ];
    case 'T':
      return [
        { ...asked, assigned: true, expected: true },
        { ...asked, granted: grants, expected: false },
        { ...away, assigned: true },
      ];
    case 'G':
      return [
        { ...asked, assigned: true, granted: [grant], expected: true },
        { ...asked, assigned: true, granted: grants.filter((other) => other !== grant), expected: false },
        { ...asked, assigned: true, expected: false },
        { ...asked, granted: grants, expected: false },
        { ...away, assigned: true, granted: grants },
      ];
    default:
      throw new Error(`The table has no letter ${letter}`);
  }
}

const cases = Object.entries(table).flatMap(([permission, line]) =>
  line.split(' ').flatMap((letter, i) => {
    const column = columns[i];
    return column ? casesOf(permission, letter, column).map(tableCase) : [];
  }),
);

function tableCase({
  permission,
  role,
  scope,
  platform,
  assigned,
  granted,
  expected,
  code,
}: Case): TableCase {
  const memberships = [enrolled(assigned ? 'c-9' : 'c-10', 'teacher')];
  return {
    permission,
    subject: aPerson('u-17', { memberships }, [anAssignment(role, scope)]),
    resource: permission === 'setting.change' ? aSetting('hmh.teacher.roster.view') : aClass('c-9'),
    settings: Object.fromEntries((granted ?? []).map((id) => [id, true])),
    expected,
    ...(platform ? { properties: { platform } } : {}),
    ...(code ? { code } : {}),
  };
}

describe('the hmh catalogue', () => {
  test('answers every cell of the table as the document has it', () => {
    expect(contradicted(shipped('hmh'), cases)).toEqual([]);
    expect(Object.keys(table)).toHaveLength(12);
    expect(Object.values(table).map((line) => line.split(' ').length)).toEqual(Array(12).fill(9));
  });

  test('is asked for at least as many denials as grants', () => {
    const granted = cases.filter(({ expected }) => expected).length;
    expect(granted).toBe(43);
    expect(cases.length - granted).toBeGreaterThanOrEqual(granted);
  });

  test('has no rows or roles beyond the table', () => {
    const { rows, roles } = shipped('hmh');
    expect(rows.map((row) => row.permission)).toEqual(Object.keys(table));
    expect(roles.map((role) => [role.id, role.scope])).toEqual(columns);
  });

  test('lets a feed give none of the four data and assessment administrations unconfirmed', () => {
    const privileged = shipped('hmh').roles.filter((role) => role.privileged);
    expect(privileged.map((role) => role.id)).toEqual([
      'district_data_admin',
      'district_assessment_system_admin',
      'district_admin_assessment_coordinator',
      'school_data_admin',
    ]);
  });

  test('ships its settings off, to be changed with setting.change alone', () => {
    expect(shipped('hmh').settings.map((s) => [s.id, s.default, s.changeWith])).toEqual([
      ['hmh.teacher.roster.view', false, 'setting.change'],
      ['hmh.teacher.roster.manual_manage', false, 'setting.change'],
    ]);
  });

  test('says of each row whether it is printed or read', () => {
    const read = shipped('hmh').rows.filter((row) => row.standing === 'read');
    expect(read.map((row) => row.permission)).toEqual([
      'roster.manual_manage',
      'roster.bulk_import',
      'roster.automated_import',
      'report.assessment',
      'report.curriculum',
      'license.ed',
      'assessment.proctor',
      'preference.manage',
    ]);
  });

  test('ships the overlay that lets school data administrators import where a district grants it', () => {
    const [overlay] = shipped('hmh').overlays;
    expect(overlay?.name).toBe('hmh-school-rostering');
    const setting = 'hmh.school_data_admin.roster.bulk_import';
    expect(overlay?.changes.map(({ permission, role, cell }) => ({ permission, role, cell }))).toEqual([
      {
        permission: 'roster.bulk_import',
        role: 'school_data_admin',
        cell: { when: [{ kind: 'granted', setting }] },
      },
    ]);
  });
});

test('a mutant of the hmh catalogue in any one cell, condition or setting is caught by the table', () => {
  const mutants = mutantsOf(shipped('hmh'), { platform: ['Ed', 'Flight', 'NWEA', 'TC', 'HMO'] });
  expect(mutants.length).toBeGreaterThan(140);
  const survivors = mutants.filter(({ catalogue, permission }) => !isCaught(catalogue, permission, cases));
  expect(survivors.map(({ what }) => what)).toEqual([]);
});
