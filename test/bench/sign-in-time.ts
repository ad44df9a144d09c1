import { randomBytes, randomInt } from 'node:crypto';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ApiClient } from '../../cli/client.ts';
import { makeHandler } from '../../functions/sign-in/handler.ts';
import { type Local, startLocal } from '../../infra/local/stack.ts';
import { mostFailures } from '../../shared/accounts/lockout.ts';
import { hashPassword } from '../../shared/accounts/password-hash.ts';
import { Logins } from '../../shared/store/logins.ts';
import { context, httpEvent } from '../builders/http-event.ts';
import { signInDeps } from '../builders/sign-in.ts';
import { count, type Finding, median } from './finding.ts';
import { addDistrict } from './local-stack.ts';

const kinds = ['unknown', 'wrong', 'locked'] as const;
type Kind = (typeof kinds)[number];
type Ask = (body: { username: string; password: string; district?: string }) => Promise<number>;
type Times = Record<Kind, number[]>;

const district = 'bench';
const warmUp = 20;
/** So many wrong ones leave an account open. */
const wrongEach = 4;
const lockedAccounts = 20;
/** As many as two cores hash passwords for between two beats. */
const browsers = 3;
/** dudect's bound: below it, no difference is told apart from chance. */
const mostT = 4.5;

/**
 * Whether the time of a no tells its reason: as many of each kind, in random order, half of them with the district named. Over HTTP on
 * the local stack, as a stranger sees it; and the function's work alone, before its answers wait for the beat.
 */
export async function signInTime(directory: string, { rows = 2_000 }: { rows?: number }): Promise<Finding[]> {
  const local = await startLocal({ dataDir: join(directory, 'data') });
  const client = new DynamoDBClient({
    endpoint: local.endpoints.dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    const dynamo = DynamoDBDocumentClient.from(client);
    await load(local, dynamo, rows);
    const work = await measure([workAlone(dynamo)], rows, 'w');
    const http = await measure(
      Array.from({ length: browsers }, () => overHttp(local.url)),
      rows,
      'h',
    );
    return [...findingsOf('over HTTP', http, mostT), ...findingsOf('the work alone', work)];
  } finally {
    client.destroy();
    await local.stop();
  }
}

async function load(local: Local, dynamo: DynamoDBDocumentClient, rows: number): Promise<void> {
  const api = new ApiClient(local.url, local.operator);
  await addDistrict(api, district);
  const logins = new Logins(dynamo, 'rolebook-logins');
  const hash = await hashPassword('nobody asks for this one');
  const path = `/v1/districts/${district}/accounts`;
  const add = async (username: string) => {
    const { id } = await api.post<{ id: string }>(path, { username, email: `${username}@example.org` });
    await logins.setPassword(district, id, hash);
    return id;
  };
  const open = Math.ceil((rows + warmUp) / wrongEach);
  for (let at = 0; at < open; at += 1) await Promise.all([add(`w-wrong-${at}`), add(`h-wrong-${at}`)]);
  const ask = workAlone(dynamo);
  for (let at = 0; at < lockedAccounts; at += 1) {
    const username = `locked-${at}`;
    await add(username);
    for (let i = 0; i < mostFailures; i += 1) await ask({ username, password: 'wrong', district });
  }
}

/** `askers` ask at once, each of accounts of their own: what one of them sees is not another's wait for the same item. */
async function measure(askers: Ask[], rows: number, run: string): Promise<Times> {
  const times: Times = { unknown: [], wrong: [], locked: [] };
  const each = Math.ceil((rows + warmUp) / askers.length / wrongEach) * wrongEach;
  const askAll = async (ask: Ask, lane: number) => {
    const mine = Math.floor(lockedAccounts / askers.length);
    for (let at = lane * each; at < Math.min((lane + 1) * each, rows + warmUp); at += 1) {
      for (const kind of shuffled(kinds)) {
        const username = {
          unknown: `${run}-nobody-${at}`,
          wrong: `${run}-wrong-${Math.floor(at / wrongEach)}`,
          locked: `locked-${lane * mine + (at % mine)}`,
        }[kind];
        const password = randomBytes(9).toString('base64url');
        const ms = await ask({ username, password, ...(at % 2 === 0 ? { district } : {}) });
        if (at >= warmUp) times[kind].push(ms);
      }
    }
  };
  await Promise.all(askers.map(askAll));
  return times;
}

/** A browser's own connection, kept. */
function overHttp(api: string): Ask {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const url = new URL('/v1/sessions', api);
  const headers = { 'content-type': 'application/json' };
  return (body) =>
    new Promise((resolve, reject) => {
      const from = performance.now();
      const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
        answer.resume().on('end', () => {
          if (answer.statusCode === 401) resolve(performance.now() - from);
          else reject(new Error(`Answered ${answer.statusCode}`));
        });
      });
      sent.on('error', reject).end(JSON.stringify(body));
    });
}

function workAlone(dynamo: DynamoDBDocumentClient): Ask {
  const table = (name: string) => `rolebook-${name}`;
  const tables = {
    tenants: table('tenants'),
    access: table('access'),
    accounts: table('accounts'),
    logins: table('logins'),
    syncs: table('syncs'),
  };
  const handler = makeHandler({
    ...signInDeps(dynamo, () => new Date(), tables),
    clock: () => 0,
    pause: async () => {},
  });
  return async (body) => {
    const event = httpEvent('createSession', { body });
    const from = performance.now();
    const { statusCode } = await handler(event, context);
    if (statusCode !== 401) throw new Error(`Answered ${statusCode}`);
    return performance.now() - from;
  };
}

function findingsOf(what: string, times: Times, most?: number): Finding[] {
  const n = times.wrong.length;
  const medians = kinds.map((kind) => `${kind} ${median(times[kind]).toFixed(2)} ms`);
  const pairs = [
    ['unknown', 'wrong'],
    ['unknown', 'locked'],
    ['wrong', 'locked'],
  ] as const;
  return [
    { what: `${what}, ${count(n)} of each: medians`, measured: medians.join(', ') },
    ...pairs.map(([one, other]): Finding => {
      const t = welch(times[one], times[other]);
      return {
        what: `  ${one} and ${other}`,
        measured: `t = ${t.toFixed(2)}`,
        ...(most === undefined ? {} : { aim: `|t| < ${most}`, met: Math.abs(t) < most }),
      };
    }),
  ];
}

/** Welch's t of two samples of unequal variance. */
function welch(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [momentsOf(one), momentsOf(other)];
  return (a.mean - b.mean) / Math.sqrt(a.variance / one.length + b.variance / other.length);
}

function momentsOf(sample: readonly number[]): { mean: number; variance: number } {
  const mean = sample.reduce((sum, one) => sum + one, 0) / sample.length;
  const variance = sample.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (sample.length - 1);
  return { mean, variance };
}

function shuffled<T>(list: readonly T[]): T[] {
  const rest = [...list];
  return list.flatMap(() => rest.splice(randomInt(rest.length), 1));
}
