import { expect, test } from 'vitest';
import { context, httpEvent, recordingEvents } from '../../test/builders/http-event.ts';
import { makeHandler } from './handler.ts';

const sftp = { host: 'sftp.test', port: '2222', fingerprint: 'SHA256:abc' };
const handler = makeHandler({
  filesOrigin: 'https://files.test',
  sftp,
  script: (file) => `// ${file}`,
  events: recordingEvents(),
  now: () => new Date('2026-11-22T10:00:00Z'),
});
const call = (event: ReturnType<typeof httpEvent>) => handler(event, context);

const pages = [
  { name: 'getHome' },
  { name: 'getAccountPage' },
  { name: 'getReportsPage' },
  { name: 'getSignInPage' },
  { name: 'getForgotPasswordPage' },
  { name: 'getPasswordPage', params: { token: 'north.abc.secret' } },
] as const;

test.each(pages)('$name runs nothing but its own script, and is kept nowhere', async ({ name, ...asked }) => {
  const { statusCode, headers = {}, body = '' } = await call(httpEvent(name, asked));
  expect(statusCode).toBe(200);
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'self';.*frame-ancestors 'none'$/,
  );
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect(headers['referrer-policy']).toBe('no-referrer');
  expect(headers['cache-control']).toBe('no-store');
  expect(body).not.toMatch(/ style=| on\w+=|<script>/);
  expect(body).not.toContain('secret');
});

test.each(pages)('every field of $name has a label', async ({ name, ...asked }) => {
  const { body = '' } = await call(httpEvent(name, asked));
  for (const [, id] of body.matchAll(/<(?:input|select|textarea) id="([\w-]+)"/g))
    expect(body).toContain(`<label for="${id}">`);
});

test.each([
  ['es-MX,es;q=0.9,en;q=0.5', 'es'],
  ['en-US,es;q=0.9', 'en'],
  ['fr,es;q=0.2', 'es'],
  ['es;q=0, en;q=0.1', 'en'],
  ['fr', 'en'],
  [undefined, 'en'],
])('of %j it is %s', async (accepted, language) => {
  const headers = accepted === undefined ? {} : { 'accept-language': accepted };
  const { body } = await call(httpEvent('getSignInPage', { headers }));
  expect(body).toContain(`<html lang="${language}">`);
});

test('a district in the address goes on with the form, and offers its single sign-on', async () => {
  const { body } = await call(httpEvent('getSignInPage', { query: 'district=north' }));
  expect(body).toContain('data-district="north"');
  expect(body).toContain('href="/v1/sessions/oidc/google?district=north"');
  expect(body).toContain('href="/forgot-password?district=north"');
});

test('what is no district is left out, and written into no page', async () => {
  const { statusCode, body } = await call(
    httpEvent('getSignInPage', { query: 'district=%22%3E%3Cscript%3E' }),
  );
  expect(statusCode).toBe(200);
  expect(body).toContain('data-district=""');
  expect(body).not.toContain('<script>');
});

test.each([
  ['en', 'no-account-linked', 'linked to none here'],
  ['es', 'no-account-linked', 'no está vinculada'],
  ['es', 'provider-refused', 'Empiece de nuevo'],
])('why a sign-in failed is said in %s for %s', async (language, problem, words) => {
  const headers = { 'accept-language': language };
  const { body } = await call(httpEvent('getSignInPage', { query: `problem=${problem}`, headers }));
  expect(body).toContain(words);
});

test('a reason that is none of ours is said in no words at all', async () => {
  const { statusCode, body } = await call(
    httpEvent('getSignInPage', { query: 'problem=%3Cb%3Ecall+555-0100%3C%2Fb%3E' }),
  );
  expect(statusCode).toBe(200);
  expect(body).not.toContain('555');
});

test('style and scripts are what they say they are', async () => {
  const style = await call(httpEvent('getPageAsset', { params: { asset: 'style.css' } }));
  const script = await call(httpEvent('getPageAsset', { params: { asset: 'home.js' } }));
  expect(style.headers?.['content-type']).toBe('text/css; charset=utf-8');
  expect([script.headers?.['content-type'], script.body]).toEqual([
    'text/javascript; charset=utf-8',
    '// home.js',
  ]);
  expect((await call(httpEvent('getPageAsset', { params: { asset: 'env.js' } }))).statusCode).toBe(400);
});

test('the page of reports may reach the bucket too, and no other page may', async () => {
  const policyOf = async (name: 'getReportsPage' | 'getHome') =>
    (await call(httpEvent(name))).headers?.['content-security-policy'];
  expect(await policyOf('getReportsPage')).toContain("connect-src 'self' https://files.test;");
  expect(await policyOf('getHome')).toContain("connect-src 'self';");
});

const ulid = '01KAMN8E000000000000000001';

test.each([
  '/reports',
  `/reports#${ulid}`,
  '/account',
  `/v1/districts/north/reports/${ulid}/links/${ulid}/download`,
])('whoever signs in goes on to %s, by password and by a provider', async (next) => {
  const { body } = await call(
    httpEvent('getSignInPage', { query: String(new URLSearchParams({ district: 'north', next })) }),
  );
  expect(body).toContain(`data-next="${next}"`);
  expect(body).toContain(`returnTo=${encodeURIComponent(next)}`);
});

test.each([
  'https://evil.test/reports',
  '//evil.test',
  '/\\evil.test',
  '/reports@evil.test',
  '/reports/../docs',
  '/reports\n//evil.test',
  'javascript:alert(1)',
  `/v1/districts/north/reports/${ulid}`,
  `/reports#${ulid}x`,
])('nobody who signs in is led on to %j', async (next) => {
  const { statusCode, body } = await call(
    httpEvent('getSignInPage', { query: String(new URLSearchParams({ district: 'north', next })) }),
  );
  expect(statusCode).toBe(200);
  expect(body).toContain('data-next=""');
  expect(body).not.toContain('returnTo');
});

test.each([
  ['report-archived', 'ninety days'],
  ['unknown-link', 'its link has ended'],
])('why a link opened nothing, %s, is said in words', async (problem, words) => {
  expect((await call(httpEvent('getReportsPage', { query: `problem=${problem}` }))).body).toContain(words);
});

test('the page of the account says where SFTP is, where there is such a server', async () => {
  const { body } = await call(httpEvent('getAccountPage'));
  for (const said of Object.values(sftp)) expect(body).toContain(`<code>${said}</code>`);
});

test.each([
  { name: 'getSignInPage', query: { district: 'north', next: '/reports' } },
  { name: 'getForgotPasswordPage', query: { district: 'north', next: '/reports' } },
  { name: 'getPasswordPage', params: { token: 'north.abc.secret' }, query: { next: '/reports' } },
] as const)('where somebody was on their way to goes through $name', async ({ name, query, ...asked }) => {
  const sent = async (next: string) =>
    (await call(httpEvent(name, { ...asked, query: String(new URLSearchParams({ ...query, next })) })))
      .body ?? '';
  const page = await sent(`/reports#${ulid}`);
  expect(page).toContain(`data-next="/reports#${ulid}"`);
  expect(page).toMatch(new RegExp(`href="/(sign-in|forgot-password)\\?[^"]*next=%2Freports%23${ulid}"`));
  expect(await sent('//evil.test')).not.toContain('evil');
});

test('what is wrong with a file is said in Spanish on a Spanish page, and by the service itself on an English one', async () => {
  const pageIn = async (language: string) =>
    (await call(httpEvent('getReportsPage', { headers: { 'accept-language': language } }))).body;
  expect(await pageIn('es')).toContain('<p data-says="problem.empty">El archivo está vacío.');
  expect(await pageIn('en')).not.toContain('data-says="problem.');
});

test.each([
  ['getPasswordPage', 'password.too-short', 'Es demasiado corta'],
  ['getAccountPage', 'key.private', 'Es una clave privada'],
] as const)('%s says in Spanish why something is not taken', async (name, key, words) => {
  const headers = { 'accept-language': 'es' };
  const { body } = await call(httpEvent(name, { headers, params: { token: 'north.abc.secret' } }));
  expect(body).toContain(`<p data-says="${key}">${words}`);
});
