import { describe, expect, test } from 'vitest';
import { aClass, anAssignment, aPerson, theUser } from '../../../test/builders/access-facts.ts';
import {
  answerTo,
  contradicted,
  isCaught,
  mutantsOf,
  shipped,
  type TableCase,
} from '../../../test/builders/catalogue-table.ts';
import type { Person, ResourceFacts } from '../facts.ts';

/** role-systems §1, typed from 000: level, whether a web ID is needed, seats per account, source. */
const roles = {
  user_admin: ['organization', true, undefined, '000:9'],
  billing: ['organization', false, 1, '000:11'],
  ftp: ['service', true, undefined, '000:13'],
  reports: ['service', true, undefined, '000:15'],
  technical: ['service', true, undefined, '000:17'],
  other: ['service', false, undefined, '000:19'],
  st_billing: ['service', false, 1, '000:21'],
  st_executive: ['service', false, 1, '000:23'],
} as const;
type NscRole = keyof typeof roles;
const roleIds = Object.keys(roles) as NscRole[];

/** Who has which permission, and the line that says so. */
const table: Record<string, [holders: NscRole[], source: string]> = {
  'user.add': [['user_admin'], '000:9'],
  'user.remove': [['user_admin'], '000:9'],
  'user.modify_access': [['user_admin'], '000:9'],
  'role.assign': [['user_admin'], '000:9'],
  'role.transfer': [['user_admin'], '000:11'],
  'contact.update': [['user_admin'], '000:9'],
  'secure_site.login': [['user_admin', 'ftp', 'reports', 'technical'], '000:9'],
  'billing.contact': [['billing'], '000:11'],
  'ftp.login': [['ftp'], '000:5'],
  'ftp.upload_file': [['ftp'], '000:13'],
  'ftp.download_report': [['ftp'], '000:13'],
  'notification.receive': [['ftp'], '000:13'],
  'report.request': [['reports'], '000:15'],
  'report.generate': [['reports'], '000:15'],
  'test_file.upload': [['technical'], '000:17'],
  'submission_file.create': [['technical'], '000:17'],
  'submission_file.edit': [['technical'], '000:17'],
  'contact_list.appear': [['other'], '000:19'],
  'clearinghouse.speak': [['other'], '000:19'],
  'invoice.receive': [['st_billing'], '000:21'],
  'contract.manage': [['st_executive'], '000:23'],
};

const account = (id: string, seats?: Record<string, string[]>): ResourceFacts => ({
  type: 'account',
  id,
  org: { status: 'active', type: 'school' },
  ...(seats ? { seats } : {}),
});

function staff(id: string, role: NscRole, org: string, webId = 'w-1'): Person {
  const given = anAssignment(role, { type: 'account', ids: [org] }, { system: 'nsc' });
  return { ...aPerson(id, { orgIds: ['o-1'] }, [given]), ...(webId === '' ? {} : { webId }) };
}

const tableCases = Object.entries(table).flatMap(([permission, [holders]]) =>
  roleIds.flatMap((role): TableCase[] => {
    const asked = { permission, subject: staff('u-1', role, 'o-1'), resource: account('o-1') };
    if (!holders.includes(role)) return [{ ...asked, expected: false, code: 'no-role' }];
    const [, needsWebId] = roles[role];
    const without = { ...asked, subject: staff('u-1', role, 'o-1', '') };
    return [
      { ...asked, expected: true },
      { ...asked, resource: account('o-2'), expected: false, code: 'out-of-scope' },
      needsWebId ? { ...without, expected: false, code: 'not-effective' } : { ...without, expected: true },
    ];
  }),
);

const admin = staff('u-1', 'user_admin', 'o-1');
const held = { 'nsc:billing': ['u-7'] };

function seatCases(): TableCase[] {
  const asked = { subject: admin, resource: account('o-1', held) };
  const assign = { ...asked, permission: 'role.assign' };
  const transfer = { ...asked, permission: 'role.transfer' };
  const denied = { expected: false, code: 'rule' } as const;
  return [
    { ...assign, properties: { role: 'billing', user: 'u-8' }, ...denied },
    { ...assign, properties: { role: 'nsc:billing', user: 'u-8' }, ...denied },
    { ...assign, properties: { role: 'billing' }, ...denied },
    { ...assign, properties: { role: 'billing', user: 'u-7' }, expected: true },
    { ...assign, properties: { role: 'st_billing', user: 'u-7' }, expected: true },
    { ...assign, resource: account('o-1', {}), properties: { role: 'billing', user: 'u-8' }, expected: true },
    ...(['st_billing', 'st_executive'] as const).map((role) => ({
      ...assign,
      resource: account('o-1', { [`nsc:${role}`]: ['u-7'] }),
      properties: { role, user: 'u-8' },
      ...denied,
    })),
    { ...assign, resource: account('o-1'), properties: { role: 'billing', user: 'u-8' }, ...denied },
    {
      ...assign,
      resource: account('o-2', {}),
      properties: { role: 'billing' },
      expected: false,
      code: 'out-of-scope',
    },
    ...(['ftp', 'other', 'user_admin'] as const).map((role) => ({
      ...assign,
      resource: account('o-1', { [`nsc:${role}`]: ['u-7'] }),
      properties: { role, user: 'u-8' },
      expected: true,
    })),
    { ...assign, properties: { role: 'janitor', user: 'u-8' }, ...denied },
    { ...transfer, properties: { role: 'billing', user: 'u-8' }, expected: true },
    { ...transfer, properties: { role: 'billing', user: 'u-7' }, expected: true },
    { ...transfer, properties: { role: 'st_billing', user: 'u-8' }, ...denied },
    { ...transfer, properties: { role: 'ftp', user: 'u-8' }, ...denied },
    { ...transfer, resource: account('o-1'), properties: { role: 'billing', user: 'u-8' }, ...denied },
  ];
}

const userCases = ['user.add', 'user.remove', 'user.modify_access'].flatMap((permission): TableCase[] => [
  { permission, subject: admin, resource: theUser(staff('u-5', 'other', 'o-1')), expected: true },
  {
    permission,
    subject: admin,
    resource: theUser(staff('u-5', 'other', 'o-2')),
    expected: false,
    code: 'out-of-scope',
  },
]);

const cases = [...tableCases, ...seatCases(), ...userCases];

describe('the nsc catalogue', () => {
  test('answers every cell of the table as the document has it', () => {
    expect(contradicted(shipped('nsc'), cases)).toEqual([]);
    const granted = cases.filter(({ expected }) => expected).length;
    expect(cases.length - granted).toBeGreaterThanOrEqual(granted);
  });

  test('has the roles of the document, and no rows beyond the table', () => {
    const { rows, roles: all } = shipped('nsc');
    expect(Object.fromEntries(rows.map((row) => [row.permission, row.source[0]]))).toEqual(
      Object.fromEntries(Object.entries(table).map(([permission, [, source]]) => [permission, source])),
    );
    expect(
      all.map((role) => [role.id, [role.level, role.needsWebId === true, role.seats, role.source[0]]]),
    ).toEqual(Object.entries(roles).map(([id, facts]) => [id, [...facts]]));
    expect(all.filter((role) => role.privileged).map(({ id }) => id)).toEqual(['user_admin']);
  });

  test('names the holder of a seat that is given away twice', () => {
    const { reason } = answerTo(shipped('nsc'), {
      permission: 'role.assign',
      subject: admin,
      resource: account('o-1', held),
      properties: { role: 'billing', user: 'u-8' },
      expected: false,
    });
    expect(reason.message).toContain('is held by u-7 (rule: A single-seat role never has two holders');
  });

  test('says of an assignment without a web ID that it is not effective', () => {
    const asked = {
      permission: 'ftp.login',
      subject: staff('u-1', 'ftp', 'o-1', ''),
      resource: account('o-1'),
    };
    const { reason } = answerTo(shipped('nsc'), { ...asked, expected: false });
    expect(reason).toMatchObject({ assignment: 'ftp@o-1', row: 'nsc:ftp.login/ftp' });
    expect(reason.message).toContain('has no web ID');
  });

  test('reads what the source doesn’t say, and says why', () => {
    const { rows, roles: all } = shipped('nsc');
    expect(rows.filter((row) => row.standing === 'read').map(({ permission }) => permission)).toEqual([
      'role.transfer',
    ]);
    expect(all.filter((role) => role.reason !== undefined).map(({ id }) => id)).toEqual([
      'billing',
      'other',
      'st_billing',
      'st_executive',
    ]);
  });

  test('is not asked about a class', () => {
    const asked = { permission: 'ftp.login', subject: admin, resource: aClass('c-9'), expected: false };
    expect(answerTo(shipped('nsc'), asked).reason.code).toBe('rule');
  });

  test('is told from every mutant of a cell, a rule, a seat or a web ID', () => {
    const mutants = mutantsOf(shipped('nsc'));
    expect(mutants.length).toBeGreaterThan(168);
    const survivors = mutants.filter(({ catalogue, permission }) => !isCaught(catalogue, permission, cases));
    expect(survivors.map(({ what }) => what)).toEqual([]);
  });
});
