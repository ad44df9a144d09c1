import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { confinedTo, inNoDistrict } from './tenancy.ts';
import { makeTenantCredentials } from './tenant-credentials.ts';

const hour = 3600_000;

function world() {
  const state = { at: 0, assumed: [] as string[], broken: false };
  const credentials = makeTenantCredentials({
    own: async () => ({ accessKeyId: 'own', secretAccessKey: 's' }),
    assume: async (district) => {
      state.assumed.push(district);
      if (state.broken) throw new Error('STS is down');
      return { accessKeyId: `of-${district}`, secretAccessKey: 's', expiration: new Date(state.at + hour) };
    },
    now: () => state.at,
  });
  const of = (district: string) => confinedTo(district, async () => (await credentials()).accessKeyId);
  return { state, credentials, of };
}

test('each call is signed as its own district, also at the same time', async () => {
  const { credentials } = world();
  const signers: string[] = [];
  const client = new DynamoDBClient({
    region: 'us-east-1',
    credentials,
    requestHandler: {
      handle: async ({ headers }: { headers: Record<string, string> }) => {
        signers.push(/Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1] ?? '');
        throw Object.assign(new Error('no further'), { $retryable: undefined });
      },
    },
    maxAttempts: 1,
  });
  const get = () =>
    client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'x' } } })).catch(() => 0);
  await Promise.all([confinedTo('north', get), confinedTo('south', get), inNoDistrict(get)]);
  await confinedTo('south', get);
  expect(signers.slice(0, 3).sort()).toEqual(['of-north', 'of-south', 'own']);
  expect(signers.slice(3)).toEqual(['of-south']);
});

test('a role is taken once for many requests, and again before it ends', async () => {
  const { state, of } = world();
  await Promise.all([of('north'), of('north'), of('south')]);
  expect(await of('north')).toBe('of-north');
  expect(state.assumed.sort()).toEqual(['north', 'south']);
  state.at = hour - 5 * 60_000;
  await Promise.all([of('north'), of('north')]);
  expect(state.assumed).toEqual(['north', 'south', 'north']);
});

test('what STS did not give is asked for again', async () => {
  const { state, of } = world();
  state.broken = true;
  await expect(of('north')).rejects.toThrow('STS is down');
  state.broken = false;
  expect(await of('north')).toBe('of-north');
});
