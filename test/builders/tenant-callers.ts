import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Local } from '../../infra/local/stack.ts';
import { digestOfSecret, newSecret, writeHandle } from '../../shared/accounts/secret-handle.ts';
import { sessionCookie } from '../../shared/messages/sessions.ts';
import { Logins } from '../../shared/store/logins.ts';
import { Api } from './api.ts';
import { feedZip } from './feed-zip.ts';
import { feed11, withRow } from './oneroster-feed.ts';

const purl = 'https://purl.imsglobal.org/spec/or/v1p2/scope';
const readers = ['roster-core.readonly', 'roster.readonly', 'roster-demographics.readonly'].map(
  (name) => `${purl}/${name}`,
);

/** What nobody outside of the district, or of its school `s1`, may ever hear. */
export const marks = ['Lovelace', 'ada@example.org', 'mark-account', 'mark-client', 'mark-page'];

type Made = { id: string };
type Credentials = { clientId: string; clientSecret: string };

/** A district `north` with something of every kind, a district `south` with nothing, and the ids to fill paths with. */
export async function populate(local: Local): Promise<{ operator: Api; ids: Record<string, string> }> {
  const operator = await Api.signIn(local.url, local.operator);
  const at = '/v1/districts/north';
  await operator.newDistrict('north');
  await operator.newDistrict('south');
  const admin = 'u7,,,true,d1,administrator,root,,Rita,Root,,,,,,,,';
  const { syncId } = await operator.sync('north', await feedZip(withRow(feed11(), 'users', admin)));
  const upload = await operator.upload('north', Buffer.from('x'));
  const account = await operator.ok<Made>('POST', `${at}/accounts`, {
    ...{ username: 'mark-account', email: 'mark-account@example.org', user: 'u1' },
  });
  const scope = { type: 'school', ids: ['s1'] };
  const proctor = { user: 'u3', system: 'hmh', role: 'school_assessment_proctor', scope };
  const assignment = await operator.ok<Made>('POST', `${at}/assignments`, proctor);
  await operator.ok('PUT', `${at}/records/donors/d1`, { attributes: [{ name: 'mark-page' }] });
  await operator.ok('PUT', `${at}/resources/dat_query/q1`, { owner: account.id });
  const client = await operator.ok<Credentials>('POST', `${at}/clients`, {
    ...{ name: 'mark-client', scopes: ['rolebook.district:north'] },
  });
  const report = await operator.ok<Made>('POST', `${at}/reports`, { kind: 'roster', account: 's1' });
  const ids = {
    report: report.id,
    district: 'north',
    sync: syncId,
    upload,
    account: account.id,
    assignment: assignment.id,
  };
  return { operator, ids: { ...ids, client: client.clientId } };
}

export type Ask = (
  method: string,
  path: string,
  body: unknown,
) => Promise<{ status: number; text: string; code: string }>;

/** Everybody who might come, by what they are. */
export async function callers(local: Local, operator: Api): Promise<Record<CallerName, Ask>> {
  const client = async (district: string, more: object) => {
    const scopes = [`rolebook.district:${district}`, 'access.evaluate', ...readers];
    const wanted = { name: 'a caller', scopes, ...more };
    const made = await operator.ok<Credentials>('POST', `/v1/districts/${district}/clients`, wanted);
    const token = await tokenOf(local.url, made);
    return asking(local.url, { authorization: `Bearer ${token}` });
  };
  return {
    own: await client('north', {}),
    'a sibling school': await client('north', { sharing: { schools: ['s2'] } }),
    'another product': await client('north', { sharing: { systems: ['nsc'] } }),
    'another district': await client('south', {}),
    'no role': asking(local.url, { cookie: await sessionOfNobody(local, operator) }),
    'no token': asking(local.url, {}),
  };
}

export type CallerName =
  | 'own'
  | 'a sibling school'
  | 'another product'
  | 'another district'
  | 'no role'
  | 'no token';

async function sessionOfNobody(local: Local, operator: Api): Promise<string> {
  const { id } = await operator.ok<Made>('POST', '/v1/districts/north/accounts', {
    ...{ username: 'nobody', email: 'nobody@example.org' },
  });
  await operator.ok('PATCH', `/v1/districts/north/accounts/${id}`, { approved: true });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: local.endpoints.dynamodb, region: 'us-east-1', credentials });
  const logins = new Logins(DynamoDBDocumentClient.from(client), 'rolebook-logins');
  const secret = newSecret();
  const now = new Date().toISOString();
  await logins.startSession(
    'north',
    {
      ...{ id: digestOfSecret(secret), account: id, createdAt: now, seenAt: now, by: 'password' },
    },
    0,
  );
  client.destroy();
  return `${sessionCookie}=${writeHandle({ district: 'north', id, secret })}`;
}

async function tokenOf(url: string, { clientId, clientSecret }: Credentials): Promise<string> {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  // A success has one.
  return ((await response.json()) as { access_token: string }).access_token;
}

function asking(url: string, headers: Record<string, string>): Ask {
  return async (method, path, body) => {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`${url}${path}`, {
      ...{ method, headers: { ...headers, ...type }, redirect: 'manual' },
      ...content,
    });
    const text = await answer.text();
    const [, code = ''] = /"code":"([^"]+)"/.exec(text) ?? [];
    return { status: answer.status, text, code };
  };
}
