import { expect, test } from 'vitest';
import { findRole } from '../../shared/access/catalogue.ts';
import type { ResourceFacts } from '../../shared/access/facts.ts';
import { anAssignment, aPerson, atSchool, inDistrict, theUser } from '../builders/access-facts.ts';
import { answerTo, naming, shipped } from '../builders/catalogue-table.ts';
import { testSystem } from '../builders/table-tests.ts';
import { casesOf, holderIn, type Situation } from '../builders/written-table.ts';

/** StudentTracker for High Schools, document 000. Accounts a-1 and a-2; everybody's role is at a-1 unless it says otherwise. */

const holding = holderIn('nsc');
const at = (...ids: string[]) => ({ type: 'account' as const, ids });
const web = { webId: 'web-1' };

function account(id: string, seats: Record<string, string[]> = {}): ResourceFacts {
  return { type: 'account', id, org: { status: 'active', type: 'school' }, seats };
}

const people = {
  nobody: aPerson('u-0'),
  user_admin: holding('user_admin', at('a-1'), web),
  billing: holding('billing', at('a-1')),
  ftp: holding('ftp', at('a-1'), web),
  reports: holding('reports', at('a-1'), web),
  technical: holding('technical', at('a-1'), web),
  other: holding('other', at('a-1')),
  st_billing: holding('st_billing', at('a-1')),
  st_executive: holding('st_executive', at('a-1')),
  'user_admin without web ID': holding('user_admin', at('a-1')),
  'ftp without web ID': holding('ftp', at('a-1')),
  'reports without web ID': holding('reports', at('a-1')),
  'technical without web ID': holding('technical', at('a-1')),
  'billing with a web ID': holding('billing', at('a-1'), web),
  'other with a web ID': holding('other', at('a-1'), web),
  'user_admin until yesterday': holding('user_admin', at('a-1'), { ...web, dates: { until: '2026-10-14' } }),
  'user_admin until today': holding('user_admin', at('a-1'), { ...web, dates: { until: '2026-10-15' } }),
  'user_admin until tomorrow': holding('user_admin', at('a-1'), { ...web, dates: { until: '2026-10-16' } }),
  'user_admin from today': holding('user_admin', at('a-1'), { ...web, dates: { from: '2026-10-15' } }),
  'user_admin from tomorrow': holding('user_admin', at('a-1'), { ...web, dates: { from: '2026-10-16' } }),
  'user_admin of a-2': holding('user_admin', at('a-2'), web),
  'user_admin of a-1 and a-2': holding('user_admin', at('a-1', 'a-2'), web),
  'user_admin given for a district': holding('user_admin', inDistrict, web),
  'user_admin given for a school': holding('user_admin', atSchool('a-1'), web),
  'suspended user_admin': {
    ...aPerson('u-1', { status: 'suspended' }, [anAssignment('user_admin', at('a-1'), { system: 'nsc' })]),
    ...web,
  },
  'disabled user_admin': {
    ...aPerson('u-1', { enabled: false }, [anAssignment('user_admin', at('a-1'), { system: 'nsc' })]),
    ...web,
  },
  'disabled other': aPerson('u-1', { enabled: false }, [anAssignment('other', at('a-1'), { system: 'nsc' })]),
  'user_admin off the roster': {
    id: 'u-1',
    ...web,
    manual: [anAssignment('user_admin', at('a-1'), { system: 'nsc' })],
  },
  'reports and billing': {
    ...aPerson(
      'u-1',
      {},
      ['reports', 'billing'].map((role) => anAssignment(role, at('a-1'), { system: 'nsc' })),
    ),
    ...web,
  },
  'billing and st_billing': aPerson('u-1', {}, [
    anAssignment('billing', at('a-1'), { system: 'nsc' }),
    anAssignment('st_billing', at('a-1'), { system: 'nsc' }),
  ]),
  'user_admin of a-2 and other of a-1': {
    ...aPerson('u-1', {}, [
      anAssignment('user_admin', at('a-2'), { system: 'nsc' }),
      anAssignment('other', at('a-1'), { system: 'nsc' }),
    ]),
    ...web,
  },
};

const bert = 'u-bert';
const named = naming([aPerson(bert), aPerson('u-carla')]);
const taken = account('a-1', { 'nsc:billing': [bert], 'nsc:st_billing': [bert], 'nsc:st_executive': [bert] });

const unread: ResourceFacts = { type: 'account', id: 'a-1', org: { status: 'active', type: 'school' } };
const other = (id: string) => [anAssignment('other', at(id), { system: 'nsc' })];

function giving(role: string, user: string, resource: ResourceFacts): Situation {
  return { resource, properties: { role, user }, more: named };
}

function asking(person: keyof typeof people, role: string): Situation {
  return { resource: theUser({ ...people[person], id: 'u-asked' }), properties: { role } };
}

const situations: Record<string, Situation> = {
  'account a-1': { resource: account('a-1') },
  'account a-2': { resource: account('a-2') },
  'the district': { resource: { type: 'district', id: 'd-1' } },

  'a user of a-1': { resource: theUser(aPerson('u-x', {}, other('a-1'))) },
  'a user of a-2': { resource: theUser(aPerson('u-x', {}, other('a-2'))) },
  'a class': { resource: { type: 'class', id: 'c-1', class: { status: 'active', schoolId: 'a-1' } } },

  'give billing to Carla, its holders not read': giving('billing', 'u-carla', unread),
  'give billing to nobody named, Bert holds it': { resource: taken, properties: { role: 'billing' } },
  'give nsc:billing to Carla, Bert holds it': giving('nsc:billing', 'u-carla', taken),
  'give billing to Carla, seat free': giving('billing', 'u-carla', account('a-1')),
  'give st_billing to Carla, seat free': giving('st_billing', 'u-carla', account('a-1')),
  'give st_executive to Carla, seat free': giving('st_executive', 'u-carla', account('a-1')),
  'give billing to Carla, Bert holds it': giving('billing', 'u-carla', taken),
  'give st_billing to Carla, Bert holds it': giving('st_billing', 'u-carla', taken),
  'give st_executive to Carla, Bert holds it': giving('st_executive', 'u-carla', taken),
  'give billing to Bert, who holds it': giving('billing', bert, taken),
  'give st_billing to Bert, who holds it': giving('st_billing', bert, taken),
  'give st_executive to Bert, who holds it': giving('st_executive', bert, taken),
  'give st_billing to Bert, who holds billing': giving(
    'st_billing',
    bert,
    account('a-1', { 'nsc:billing': [bert] }),
  ),
  'give billing at a-2, Bert holds it at a-1': giving('billing', 'u-carla', account('a-2')),
  'give user_admin to Carla, Bert holds it': giving(
    'user_admin',
    'u-carla',
    account('a-1', { 'nsc:user_admin': [bert] }),
  ),
  'give ftp to Carla, Bert holds it': giving('ftp', 'u-carla', account('a-1', { 'nsc:ftp': [bert] })),
  'give reports to Carla': giving('reports', 'u-carla', account('a-1')),
  'give technical to Carla': giving('technical', 'u-carla', account('a-1')),
  'give other to Carla': giving('other', 'u-carla', account('a-1')),
  'give reports to Bert, who has other': {
    ...giving('reports', bert, account('a-1')),
    more: naming([aPerson(bert, {}, [anAssignment('other', at('a-1'), { system: 'nsc' })])]),
  },
  'give a role that is not there': giving('principal', 'u-carla', account('a-1')),
  'give a role of another system': giving('teacher', 'u-carla', account('a-1')),

  'billing is user_admin': asking('billing', 'user_admin'),
  'user_admin is user_admin': asking('user_admin', 'user_admin'),
  'user_admin of a-2 is user_admin': asking('user_admin of a-2', 'user_admin'),
  'user_admin without web ID is user_admin': asking('user_admin without web ID', 'user_admin'),
  'user_admin until today is user_admin': asking('user_admin until today', 'user_admin'),
  'user_admin until tomorrow is user_admin': asking('user_admin until tomorrow', 'user_admin'),
  'user_admin from tomorrow is user_admin': asking('user_admin from tomorrow', 'user_admin'),
  'suspended user_admin is user_admin': asking('suspended user_admin', 'user_admin'),
  'disabled user_admin is user_admin': asking('disabled user_admin', 'user_admin'),
  'billing is billing': asking('billing', 'billing'),
  'ftp is ftp': asking('ftp', 'ftp'),
  'ftp without web ID is ftp': asking('ftp without web ID', 'ftp'),
  'reports is reports': asking('reports', 'reports'),
  'reports without web ID is reports': asking('reports without web ID', 'reports'),
  'technical is technical': asking('technical', 'technical'),
  'technical without web ID is technical': asking('technical without web ID', 'technical'),
  'other is other': asking('other', 'other'),
  'disabled other is other': asking('disabled other', 'other'),
  'st_billing is st_billing': asking('st_billing', 'st_billing'),
  'st_billing is billing': asking('st_billing', 'billing'),
  'st_executive is st_executive': asking('st_executive', 'st_executive'),
  'user_admin is st_billing': asking('user_admin', 'st_billing'),
  'st_billing is st_executive': asking('st_billing', 'st_executive'),
  'nobody is other': asking('nobody', 'other'),
};

const cases = casesOf(
  { people, situations },
  `
# 000:9, the user admin of the account
user_admin | user.add, user.remove, user.modify_access, role.assign, contact.update | account a-1 | may | 000:9
user_admin | user.add, user.remove, user.modify_access, role.assign, role.transfer, contact.update | account a-2 | out-of-scope | 000:9
billing, ftp, reports, technical, other, st_billing, st_executive | user.add, user.remove, user.modify_access, role.assign, role.transfer, contact.update | account a-1 | no-role | 000:9
user_admin of a-2 | user.add, user.remove, user.modify_access, role.assign, role.transfer, contact.update | account a-1 | out-of-scope | 000:9
user_admin of a-2 | user.add | account a-2 | may | 000:9
user_admin | user.add, user.remove, user.modify_access | a user of a-1 | may | 000:9
user_admin | user.add, user.remove, user.modify_access | a user of a-2 | out-of-scope | 000:9
user_admin of a-1 and a-2 | user.add | account a-1; account a-2 | may | 000:9
user_admin without web ID | user.add, user.remove, user.modify_access, role.assign, role.transfer, contact.update | account a-1 | not-effective | 000:9
user_admin off the roster | user.add | account a-1 | may | 000:9

# 000:11, billing
billing | billing.contact | account a-1 | may | 000:11
billing | billing.contact | account a-2 | out-of-scope | 000:11
user_admin, ftp, reports, technical, other, st_billing, st_executive | billing.contact | account a-1 | no-role | 000:11

# 000:5, 13, ftp
ftp | ftp.login | account a-1 | may | 000:5, 000:13
ftp | ftp.upload_file, ftp.download_report, notification.receive | account a-1 | may | 000:13
ftp | ftp.login | account a-2 | out-of-scope | 000:5, 000:13
ftp | ftp.upload_file, ftp.download_report, notification.receive | account a-2 | out-of-scope | 000:13
ftp without web ID | ftp.login | account a-1 | not-effective | 000:5, 000:13
ftp without web ID | ftp.upload_file, ftp.download_report, notification.receive | account a-1 | not-effective | 000:13
user_admin, billing, reports, technical, other, st_billing, st_executive | ftp.login | account a-1 | no-role | 000:5, 000:13
user_admin, billing, reports, technical, other, st_billing, st_executive | ftp.upload_file, ftp.download_report, notification.receive | account a-1 | no-role | 000:13

# 000:15, reports
reports | report.request, report.generate | account a-1 | may | 000:15
reports | report.request, report.generate | account a-2 | out-of-scope | 000:15
reports without web ID | report.request, report.generate | account a-1 | not-effective | 000:15
user_admin, billing, ftp, technical, other, st_billing, st_executive | report.request, report.generate | account a-1 | no-role | 000:15

# 000:17, technical
technical | test_file.upload, submission_file.create, submission_file.edit | account a-1 | may | 000:17
technical | test_file.upload, submission_file.create, submission_file.edit | account a-2 | out-of-scope | 000:17
technical without web ID | test_file.upload, submission_file.create, submission_file.edit | account a-1 | not-effective | 000:17
user_admin, billing, ftp, reports, other, st_billing, st_executive | test_file.upload, submission_file.create, submission_file.edit | account a-1 | no-role | 000:17

# 000:9, 13, 15, 17, whoever has a role with a web ID gets into the secure site
user_admin, ftp, reports, technical | secure_site.login | account a-1 | may | 000:5, 000:9, 000:13, 000:15, 000:17
user_admin, ftp, reports, technical | secure_site.login | account a-2 | out-of-scope | 000:5, 000:9, 000:13, 000:15, 000:17
user_admin without web ID, ftp without web ID, reports without web ID, technical without web ID | secure_site.login | account a-1 | not-effective | 000:5, 000:9, 000:13, 000:15, 000:17
billing, other, st_billing, st_executive, billing with a web ID, other with a web ID | secure_site.login | account a-1 | no-role | 000:5, 000:9, 000:13, 000:15, 000:17

# 000:19, other
other | contact_list.appear, clearinghouse.speak | account a-1 | may | 000:19
other | contact_list.appear, clearinghouse.speak | account a-2 | out-of-scope | 000:19
user_admin, billing, ftp, reports, technical, st_billing, st_executive | contact_list.appear, clearinghouse.speak | account a-1 | no-role | 000:19

# 000:21, 000:23
st_billing | invoice.receive | account a-1 | may | 000:21
st_billing | invoice.receive | account a-2 | out-of-scope | 000:21
user_admin, billing, ftp, reports, technical, other, st_executive | invoice.receive | account a-1 | no-role | 000:21
st_executive | contract.manage | account a-1 | may | 000:23
st_executive | contract.manage | account a-2 | out-of-scope | 000:23
user_admin, billing, ftp, reports, technical, other, st_billing | contract.manage | account a-1 | no-role | 000:23

# Single seats, 000:11, 21, 23: never two holders, the present one may be given it again, and a transfer moves it
user_admin | role.assign | give billing to Carla, seat free; give st_billing to Carla, seat free; give st_executive to Carla, seat free | may | 000:9
user_admin | role.assign | give billing to Carla, Bert holds it; give st_billing to Carla, Bert holds it; give st_executive to Carla, Bert holds it | rule | 000:9
user_admin | role.assign | give billing to Bert, who holds it; give st_billing to Bert, who holds it; give st_executive to Bert, who holds it | may | 000:9
user_admin | role.assign | give st_billing to Bert, who holds billing | may | 000:9
user_admin of a-1 and a-2 | role.assign | give billing at a-2, Bert holds it at a-1 | may | 000:9
user_admin | role.assign | give billing at a-2, Bert holds it at a-1 | out-of-scope | 000:9
user_admin | role.assign | give user_admin to Carla, Bert holds it; give ftp to Carla, Bert holds it | may | 000:9
user_admin | role.assign | give reports to Carla; give technical to Carla; give other to Carla | may | 000:9
user_admin | role.assign | give reports to Bert, who has other | may | 000:9
user_admin | role.assign | give a role that is not there; give a role of another system | rule | 000:9
user_admin | role.transfer | give billing to Carla, Bert holds it; give st_billing to Carla, Bert holds it; give st_executive to Carla, Bert holds it | may | 000:9
user_admin | role.assign | give billing to nobody named, Bert holds it; give nsc:billing to Carla, Bert holds it | rule | 000:9
user_admin | role.assign, role.transfer | give billing to Carla, its holders not read | rule | 000:9
user_admin | role.transfer | give billing to Bert, who holds it | may | 000:9
user_admin | role.transfer | give billing to Carla, seat free; give st_billing to Carla, seat free; give st_executive to Carla, seat free | rule | 000:9
user_admin | role.transfer | give ftp to Carla, Bert holds it; give user_admin to Carla, Bert holds it; give a role that is not there | rule | 000:9
billing, other, st_executive, ftp | role.assign, role.transfer | give billing to Carla, Bert holds it; give billing to Bert, who holds it | no-role | 000:9
user_admin without web ID | role.assign | give other to Carla | not-effective | 000:9
user_admin of a-2 | role.assign | give other to Carla | out-of-scope | 000:9
user_admin of a-2 | role.transfer | give billing to Carla, Bert holds it | out-of-scope | 000:9

# Dates, standing and scope
user_admin until tomorrow, user_admin from today | user.add, contact.update | account a-1 | may | 000:9
user_admin until today, user_admin until yesterday | user.add, contact.update | account a-1 | expired | 000:9
user_admin from tomorrow | user.add, contact.update | account a-1 | not-effective | 000:9
suspended user_admin, disabled user_admin | user.add, role.assign, contact.update | account a-1 | suspended | 000:9
disabled other | clearinghouse.speak | account a-1 | suspended | 000:19
user_admin given for a district | user.add | account a-1 | not-effective | 000:9
user_admin given for a school | user.add | account a-1 | not-effective | 000:9

# Union of pairs
nobody | user.add, role.assign | account a-1 | no-role | 000:9
reports and billing | report.generate | account a-1 | may | 000:15
reports and billing | billing.contact | account a-1 | may | 000:11
reports and billing | user.add | account a-1 | no-role | 000:9
billing and st_billing | billing.contact | account a-1 | may | 000:11
billing and st_billing | invoice.receive | account a-1 | may | 000:21
user_admin of a-2 and other of a-1 | user.add | account a-1 | out-of-scope | 000:9
user_admin of a-2 and other of a-1 | clearinghouse.speak | account a-2 | out-of-scope | 000:19
user_admin of a-2 and other of a-1 | clearinghouse.speak | account a-1 | may | 000:19

# What is not listed
user_admin | account.close, user, USER.ADD | account a-1 | unknown-action | 000:9
user_admin | user.add, contact.update | the district; a class | rule | 000:9

# Holding a role now
nobody | role.effective | user_admin is user_admin; user_admin of a-2 is user_admin; user_admin until tomorrow is user_admin | may | 000:9
nobody | role.effective | billing is user_admin | no-role | 000:9
nobody | role.effective | user_admin without web ID is user_admin; user_admin from tomorrow is user_admin | not-effective | 000:9
nobody | role.effective | user_admin until today is user_admin | expired | 000:9
nobody | role.effective | suspended user_admin is user_admin; disabled user_admin is user_admin | suspended | 000:9
nobody | role.effective | billing is billing | may | 000:11
nobody | role.effective | st_billing is billing | no-role | 000:11
nobody | role.effective | ftp is ftp | may | 000:13
nobody | role.effective | ftp without web ID is ftp | not-effective | 000:13
nobody | role.effective | reports is reports | may | 000:15
nobody | role.effective | reports without web ID is reports | not-effective | 000:15
nobody | role.effective | technical is technical | may | 000:17
nobody | role.effective | technical without web ID is technical | not-effective | 000:17
nobody | role.effective | other is other | may | 000:19
nobody | role.effective | nobody is other | no-role | 000:19
nobody | role.effective | disabled other is other | suspended | 000:19
nobody | role.effective | st_billing is st_billing | may | 000:21
nobody | role.effective | user_admin is st_billing | no-role | 000:21
nobody | role.effective | st_billing is st_executive | no-role | 000:23
nobody | role.effective | st_executive is st_executive | may | 000:23
`,
);

function messageTo(line: string): string {
  const [one] = casesOf({ people, situations }, line);
  if (one === undefined) throw new Error('The line is not one case');
  return answerTo(shipped('nsc'), one).reason.message;
}

test('the refusal of a filled seat names its holder', () => {
  const line = 'user_admin | role.assign | give billing to Carla, Bert holds it | rule | 000:9';
  expect(messageTo(line)).toContain(`is held by ${bert} (rule: A single-seat role never has two holders`);
});

test('a role without its web ID says that it is not effective, and why', () => {
  const message = messageTo('ftp without web ID | ftp.upload_file | account a-1 | not-effective | 000:13');
  expect(message).toMatch(/web ID/);
  expect(message).toMatch(/not effective/);
});

test('a role of which the document does not say that it needs a web ID says how that is read', () => {
  const silent = ['billing', 'other', 'st_billing', 'st_executive'];
  const reasons = silent.map((id) => findRole(shipped('nsc'), id)?.reason ?? `${id} gives no reason`);
  expect(reasons.filter((reason) => !/web ID/i.test(reason))).toEqual([]);
});

test('user admin and billing are roles of the organization, the others of the service', () => {
  const levels = shipped('nsc').roles.map(({ id, level }) => `${id} ${level}`);
  expect(levels.sort()).toEqual([
    'billing organization',
    'ftp service',
    'other service',
    'reports service',
    'st_billing service',
    'st_executive service',
    'technical service',
    'user_admin organization',
  ]);
});

testSystem(shipped('nsc'), {
  roles: `
user_admin   | account | privileged | web ID | many | 000:9
billing      | account | -          | -      | 1    | 000:11
ftp          | account | -          | web ID | many | 000:13
reports      | account | -          | web ID | many | 000:15
technical    | account | -          | web ID | many | 000:17
other        | account | -          | -      | many | 000:19
st_billing   | account | -          | -      | 1    | 000:21
st_executive | account | -          | -      | 1    | 000:23
`,
  rows: `
user.add | printed | 000:9
user.remove | printed | 000:9
user.modify_access | printed | 000:9
role.assign | printed | 000:9
role.transfer | read | 000:9 | The source is *silent* on how a single seat changes hands.
contact.update | printed | 000:9
secure_site.login | printed | 000:9, 000:13, 000:15, 000:17
billing.contact | printed | 000:11
ftp.login | printed | 000:5, 000:13
ftp.upload_file | printed | 000:13
ftp.download_report | printed | 000:13
notification.receive | printed | 000:13
report.request | printed | 000:15
report.generate | printed | 000:15
test_file.upload | printed | 000:17
submission_file.create | printed | 000:17
submission_file.edit | printed | 000:17
contact_list.appear | printed | 000:19
clearinghouse.speak | printed | 000:19
invoice.receive | printed | 000:21
contract.manage | printed | 000:23
`,
  cases,
});
