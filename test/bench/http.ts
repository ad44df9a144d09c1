import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../cli/client.ts';
import { writeFeed } from './bench-feed.ts';
import { count, type Finding, quantile, timed } from './finding.ts';
import { addDistrict, type Local, syncFeed, withLocalStack } from './local-stack.ts';
import { district } from './plan-feed.ts';
import { evaluationOf, questionsOf } from './questions.ts';

const rows = 5_000;
const perSecond = 200;
const warmUpSeconds = 3;
const seconds = 20;

type Answer = { status: number; ms: number };

/** Checks over HTTP through the whole local stack: gateway, authorizer and function, in a process of their own. */
export async function http(directory: string): Promise<Finding[]> {
  const feed = await writeFeed(rows, join(directory, 'feed'));
  return withLocalStack(join(directory, 'data'), async (local) => {
    const bodies = await load(local, feed.folder);
    const token = await tokenOf(local);
    await fire({ local, token, bodies, seconds: warmUpSeconds });
    const { result, ms } = await timed(() => fire({ local, token, bodies, seconds }));
    return findingsOf(result, ms);
  });
}

/** The bodies to send. */
async function load({ api, operator }: Local, folder: string): Promise<string[]> {
  const client = new ApiClient(api, operator);
  await addDistrict(client, district);
  await syncFeed(client, district, folder);
  return (await questionsOf(folder)).map((question) => JSON.stringify(evaluationOf(question, district)));
}

async function tokenOf({ api, operator }: Local): Promise<string> {
  const basic = Buffer.from(`${operator.clientId}:${operator.clientSecret}`).toString('base64');
  const answer = await fetch(`${api}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  // As RFC 6749 says.
  const { access_token } = (await answer.json()) as { access_token: string };
  return access_token;
}

type Firing = { local: Local; token: string; bodies: readonly string[]; seconds: number };

/** One request at each tick, whether or not earlier ones were answered; times count from the tick. */
async function fire({ local, token, bodies, seconds }: Firing): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true });
  const url = new URL('/access/v1/evaluation', local.api);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const total = seconds * perSecond;
  const from = performance.now();
  const asked: Promise<Answer>[] = [];
  while (asked.length < total) {
    const tick = from + (asked.length * 1000) / perSecond;
    const early = tick - performance.now();
    if (early > 0) await sleep(early);
    const body = bodies[asked.length % bodies.length] ?? '';
    asked.push(
      new Promise<Answer>((resolve) => {
        const end = (status: number) => resolve({ status, ms: performance.now() - tick });
        const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
          answer.resume().on('end', () => end(answer.statusCode ?? 0));
        });
        sent.on('error', () => end(0)).end(body);
      }),
    );
  }
  const answers = await Promise.all(asked);
  agent.destroy();
  return answers;
}

function findingsOf(answers: readonly Answer[], ms: number): Finding[] {
  const errors = answers.filter(({ status }) => status !== 200).length;
  const times = answers.map(({ ms }) => ms);
  const at = (share: number) => `${quantile(times, share).toFixed(1)} ms`;
  return [
    {
      what: `checks over HTTP, ${perSecond} a second for ${seconds} s`,
      measured: `p50 ${at(0.5)}, p99 ${at(0.99)}, slowest ${at(1)}`,
    },
    {
      // Less than what was asked for: the machine cannot keep up, and the times above are those of a queue that grows.
      what: '  answered in that time',
      measured: `${Math.round((answers.length * 1000) / ms)} a second`,
    },
    {
      what: '  answers other than 200',
      aim: '0',
      measured: `${errors} of ${count(answers.length)}`,
      met: errors === 0,
    },
  ];
}
