import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import { Api } from '../builders/api.ts';
import { feedZip } from '../builders/feed-zip.ts';
import { startLocal } from '../builders/local.ts';
import { feed11, headers } from '../builders/oneroster-feed.ts';

/** The rows of PCR Educator's table (role-systems §4) that need stored facts, over HTTP, each both ways and at once. */

type Account = {
  id: string;
  roles: string[];
  requestedRoles?: string[];
  profile?: object;
  approved: boolean;
};

const district = 'north';
const base = `/v1/districts/${district}`;

let local: Local;
let operator: Api;
let client: Api;

beforeAll(async () => {
  local = await startLocal();
  operator = await Api.signIn(local.url, local.operator);
  await operator.newDistrict(district);
  const row = (id: string, role: string, agents = '') =>
    `${id},,,true,s1,${role},${id},,A,B,,,,,,"${agents}",,\n`;
  const users = [
    row('tess', 'teacher'),
    row('pat', 'parent'),
    row('gus', 'guardian'),
    row('sam', 'student', 'pat,gus'),
    row('uma', 'student'),
  ];
  const feed = feed11({
    users: `${headers.users11}\n${users.join('')}`,
    enrollments: `${headers.enrollments}\ne1,,,c1,s1,tess,teacher,true,,\ne2,,,c1,s1,sam,student,,,\n`,
  });
  expect((await operator.sync(district, await feedZip(feed))).state).toBe('applied');
  const wanted = { name: 'SIS', scopes: [`rolebook.district:${district}`, 'access.evaluate'] };
  client = await Api.signIn(local.url, await operator.ok('POST', `${base}/clients`, wanted));
}, 120_000);

afterAll(async () => {
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

let count = 0;
async function account(more: object = {}): Promise<Account> {
  count += 1;
  const names = { username: `user-${count}`, email: `user-${count}@example.org` };
  return client.ok('POST', `${base}/accounts`, { ...names, ...more });
}
const patch = (id: string, body: object) => client.ok<Account>('PATCH', `${base}/accounts/${id}`, body);
const record = (kind: string, id: string, body: object) =>
  client.ok('PUT', `${base}/records/${kind}/${id}`, body);
const resource = (type: string, id: string, body: object) =>
  client.ok('PUT', `${base}/resources/${type}/${id}`, body);

async function may(user: string, action: string, on: string, properties?: object): Promise<boolean> {
  const [type = '', id] = on.split(':');
  const { decision } = await client.ok<{ decision: boolean }>('POST', '/access/v1/evaluation', {
    subject: { type: 'user', id: user },
    action: { name: action.includes(':') ? action : `pcr:${action}` },
    resource: { type, id, ...(properties === undefined ? {} : { properties }) },
  });
  return decision;
}
const holds = (user: string, role: string) => may('tess', 'role.effective', `user:${user}`, { role });

test('a parent is who has the relationship Parent to a student enrolled for the current year', async () => {
  const { id: user } = await account({ profile: { kind: 'household', id: 'h1' } });
  const asked = async () => [
    await holds(user, 'parent'),
    await may(user, 'parent_portal.view', 'student:sam'),
  ];
  const household = (relationship: string) =>
    record('households', 'h1', { students: [{ id: 'sam', relationship }] });
  expect(await asked()).toEqual([false, false]);
  await household('Parent');
  expect(await asked()).toEqual([true, true]);
  expect(await may(user, 'parent_portal.view', 'student:uma')).toBe(false);
  await household('Guardian');
  expect(await asked()).toEqual([false, false]);
  await household('Parent');
  await record('students', 'sam', { status: { 2027: 'Withdrawn', 2028: 'Enrolled' } });
  expect(await asked()).toEqual([false, false]);
  await operator.ok('PATCH', base, { schoolYear: 2028 });
  expect(await asked()).toEqual([true, true]);
  await operator.ok('PATCH', base, { schoolYear: 2027 });
  expect(await asked()).toEqual([false, false]);
  await client.ok('DELETE', `${base}/records/students/sam`);
  expect(await asked()).toEqual([true, true]);
  await client.ok('DELETE', `${base}/records/households/h1`);
  expect(await asked()).toEqual([false, false]);
});

test('a parent of the roster is a household, a guardian is no Parent, and a student sees the own record', async () => {
  const [parent, guardian, student] = [
    await account({ user: 'pat' }),
    await account({ user: 'gus' }),
    await account({ user: 'sam' }),
  ];
  expect([parent, guardian, student].map(({ profile }) => profile)).toEqual([
    { kind: 'household', id: 'pat' },
    { kind: 'household', id: 'gus' },
    { kind: 'student', id: 'sam' },
  ]);
  expect(await may(parent.id, 'parent_portal.view', 'student:sam')).toBe(true);
  expect(await may('pat', 'parent_portal.view', 'student:sam')).toBe(true);
  expect(await may(guardian.id, 'parent_portal.view', 'student:sam')).toBe(false);
  expect(await may(student.id, 'student_portal.view', 'student:sam')).toBe(true);
  expect(await may(student.id, 'student_portal.view', 'student:uma')).toBe(false);
  expect(await may(parent.id, 'student_portal.view', 'student:sam')).toBe(false);
});

test('a record says no more than it names: the rest stays the roster’s, and its addresses get the general mail', async () => {
  const { id: user } = await account({ user: 'pat', email: 'pat.login@example.org' });
  const gets = (address: string) => may(user, 'email.general.receive', `user:${user}`, { address });
  expect(await gets('pat@example.org')).toBe(false);
  await record('households', 'pat', { emails: ['Pat@example.org'] });
  await record('students', 'sam', { attributes: [{ name: 'Choir' }] });
  expect([await gets('pat@example.org'), await gets('pat.login@example.org')]).toEqual([true, false]);
  expect(await may(user, 'parent_portal.view', 'student:sam')).toBe(true);
  await record('households', 'pat', { students: [] });
  expect(await may(user, 'parent_portal.view', 'student:sam')).toBe(false);
  await client.ok('DELETE', `${base}/records/households/pat`);
  await client.ok('DELETE', `${base}/records/students/sam`);
});

test('an applicant’s household sees the record until it is copied, and an evaluator what they evaluate', async () => {
  const { id: user } = await account({ profile: { kind: 'household', id: 'h2' } });
  await record('households', 'h2', { applicants: [{ id: 'ap1', relationship: 'Parent' }] });
  await record('applicants', 'ap1', { status: 'Inquiry' });
  const asked = () => may(user, 'applicant_portal.view', 'applicant:ap1');
  expect(await asked()).toBe(true);
  await record('applicants', 'ap1', { status: 'Copied' });
  expect(await asked()).toBe(false);
  const { id: staff } = await account({ user: 'tess' });
  const evaluates = (id: string) => may(staff, 'evaluation.view', `applicant:${id}`);
  expect(await evaluates('ap1')).toBe(false);
  await record('evaluators', staff, { applicants: ['ap1'] });
  expect([await evaluates('ap1'), await evaluates('ap2')]).toEqual([true, false]);
  await client.ok('DELETE', `${base}/records/evaluators/${staff}`);
  await record('evaluators', 'tess', { applicants: ['ap2'] });
  expect([await evaluates('ap1'), await evaluates('ap2')]).toEqual([false, true]);
});

test('an attribute opens website content, of a year only with that year, and no page', async () => {
  const { id: user } = await account({ profile: { kind: 'donor', id: 'd1' } });
  await record('donors', 'd1', { attributes: [{ name: 'Gala', year: '2027' }, { name: 'Choir' }] });
  await resource('cms_content', 'gala', { attributeRole: 'attribute:Gala', contentType: 'News' });
  await resource('cms_content', 'gala27', { attributeRole: 'attribute:Gala', year: 2027 });
  await resource('cms_content', 'gala26', { attributeRole: 'attribute:Gala', year: 2026 });
  await resource('cms_content', 'choir27', { attributeRole: 'attribute:Choir', year: 2027 });
  const sees = (id: string) => may(user, 'cms_content.view', `cms_content:${id}`);
  expect([await sees('gala'), await sees('gala27'), await sees('gala26'), await sees('choir27')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  await record('donors', 'd1', {});
  expect(await sees('gala')).toBe(false);
  await resource('page', 'choir-page', { role: 'attribute:Choir' });
  await record('donors', 'd1', { attributes: [{ name: 'Choir' }] });
  expect(await may(user, 'page.view', 'page:choir-page')).toBe(false);
});

test('a page opens by its role, and a stored role beats what is asked', async () => {
  const { id: user } = await account({ roles: ['registrar_full'] });
  await resource('page', 'grades', { role: 'registrar_full' });
  const sees = () => may(user, 'page.view', 'page:grades', { role: 'registrar_full' });
  expect(await sees()).toBe(true);
  await resource('page', 'grades', { role: 'admin_full' });
  expect(await sees()).toBe(false);
  await client.ok('DELETE', `${base}/resources/page/grades`);
  expect(await sees()).toBe(true);
});

test('a ledger is for Finance roles; what is left over when the last one goes grants nothing', async () => {
  const refused = await client.call('POST', `${base}/accounts`, {
    username: 'ledger',
    email: 'ledger@example.org',
    ledgers: ['l1'],
  });
  expect([refused.status, refused.body]).toMatchObject([422, { errors: [{ pointer: '/ledgers/0' }] }]);
  const { id: user } = await account({ roles: ['finance_read'], ledgers: ['l1'] });
  const opens = (ledger: string) => may(user, 'ledger.access', `ledger:${ledger}`);
  expect([await opens('l1'), await opens('l2')]).toEqual([true, false]);
  await patch(user, { roles: [] });
  expect(await opens('l1')).toBe(false);
  const more = await client.call('PATCH', `${base}/accounts/${user}`, { ledgers: ['l1', 'l2'] });
  expect(more.status).toBe(422);
  await patch(user, { ledgers: ['l1'], roles: ['finance_full'] });
  expect(await opens('l1')).toBe(true);
});

test('schools are for staff, and for a parent who works at the school', async () => {
  const { id: parent } = await account({ user: 'pat' });
  const schools = { schools: ['s1'] };
  expect((await client.call('PATCH', `${base}/accounts/${parent}`, schools)).status).toBe(422);
  const opens = () => may(parent, 'school_division.access', 'school_division:s1');
  expect(await opens()).toBe(false);
  await patch(parent, { ...schools, roles: ['teacher'] });
  expect([await opens(), await may(parent, 'grade.view', 'student:sam')]).toEqual([true, true]);
  await patch(parent, { roles: [] });
  expect([await opens(), await may(parent, 'grade.view', 'student:sam')]).toEqual([false, false]);
  const { id: staff } = await account({ user: 'tess', ...schools });
  expect(await may(staff, 'school_division.access', 'school_division:s1')).toBe(true);
});

test('pcr roles are the login’s, and the person’s other roles hold whatever the login', async () => {
  const [one, other] = [
    await account({ user: 'tess', roles: ['admin_full'] }),
    await account({ user: 'tess' }),
  ];
  await resource('page', 'admin', { role: 'admin_full' });
  const sees = (user: string) => may(user, 'page.view', 'page:admin');
  expect([await sees(one.id), await sees(other.id), await sees('tess')]).toEqual([true, false, true]);
  for (const user of [one.id, other.id, 'tess']) {
    expect(await may(user, 'hmh:report.assessment', 'class:c1')).toBe(true);
  }
  await client.ok('DELETE', `${base}/accounts/${one.id}`);
  expect([await sees(one.id), await sees('tess')]).toEqual([false, false]);
  expect(await may(one.id, 'hmh:report.assessment', 'class:c1')).toBe(false);
  expect(await may('tess', 'hmh:report.assessment', 'class:c1')).toBe(true);
});

test('an nsc role that needs a web ID is effective with one, and only as long', async () => {
  await client.ok('POST', `${base}/assignments`, {
    user: 'tess',
    system: 'nsc',
    role: 'reports',
    scope: { type: 'account', ids: ['s1'] },
  });
  const { id: user } = await account({ user: 'tess' });
  const asked = async () => [
    await may(user, 'nsc:report.request', 'account:s1'),
    await may('tess', 'nsc:report.request', 'account:s1'),
  ];
  expect(await asked()).toEqual([false, false]);
  await patch(user, { webId: 'Tess001' });
  expect(await asked()).toEqual([true, true]);
  const taken = await client.call('POST', `${base}/accounts`, {
    username: 'w',
    email: 'w@example.org',
    webId: 'TESS001',
  });
  expect(taken.status).toBe(409);
  await patch(user, { webId: null });
  expect(await asked()).toEqual([false, false]);
});

test('queries stay open while the owner is a user, with a copy, and for nobody once given up', async () => {
  const [reader, owner, keeper] = [
    await account({ roles: ['staff'] }),
    await account({ roles: ['staff'], approved: true }),
    await account(),
  ];
  await resource('dat_query', 'q1', { owner: owner.id });
  await resource('dat_filter', 'f1', { owner: owner.id });
  const opens = async () => [
    await may(reader.id, 'dat_query.open', 'dat_query:q1'),
    await may(reader.id, 'dat_filter.open', 'dat_filter:f1'),
  ];
  expect(await opens()).toEqual([true, true]);
  expect(await may(keeper.id, 'dat_query.open', 'dat_query:q1')).toBe(false);
  await patch(owner.id, { approved: false });
  expect(await opens()).toEqual([true, true]);
  const removal = (id: string, query = '') => client.call('DELETE', `${base}/accounts/${id}${query}`);
  const guarded = await removal(owner.id);
  expect([guarded.status, (guarded.body as { dats: object[] }).dats]).toEqual([
    409,
    [
      { type: 'dat_filter', id: 'f1' },
      { type: 'dat_query', id: 'q1' },
    ],
  ]);
  expect((await removal(owner.id, '?dats=copy&copyTo=nobody')).status).toBe(422);
  expect((await removal(owner.id, `?dats=copy&copyTo=${keeper.id}`)).status).toBe(204);
  expect((await client.call('GET', `${base}/accounts/${owner.id}`)).status).toBe(404);
  expect(await opens()).toEqual([true, true]);
  expect((await removal(keeper.id)).status).toBe(409);
  expect((await removal(keeper.id, '?dats=discard')).status).toBe(204);
  expect(await opens()).toEqual([false, false]);
  const orphan = await client.call('PUT', `${base}/resources/dat_query/q2`, { owner: owner.id });
  expect(orphan.status).toBe(422);
});

test('security_full waits for a confirmation, unless the operator gives it', async () => {
  const asked = await account({ roles: ['security_full', 'staff'] });
  expect([asked.roles, asked.requestedRoles]).toEqual([['staff'], ['security_full']]);
  expect(await may(asked.id, 'user.create', `district:${district}`)).toBe(false);
  const again = await patch(asked.id, { roles: ['security_full', 'staff'] });
  expect(again.requestedRoles).toEqual(['security_full']);
  const { items } = await operator.ok<{ items: { id: string; user: string }[] }>('GET', `${base}/requests`);
  const [request, ...others] = items.filter(({ user }) => user === asked.id);
  expect(others).toEqual([]);
  await operator.ok('POST', `${base}/requests/${request?.id}/confirmation`);
  expect(await may(asked.id, 'user.create', `district:${district}`)).toBe(true);
  const given = await operator.ok<Account>('POST', `${base}/accounts`, {
    username: 'root',
    email: 'root@example.org',
    roles: ['security_full'],
  });
  expect(given.roles).toEqual(['security_full']);
  const taken = { email: ' ROOT@Example.org ' };
  expect(await may(given.id, 'user.create', `district:${district}`, taken)).toBe(false);
});
