import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { Logins } from './logins.ts';
import { Passkeys } from './passkeys.ts';
import { SecondFactors } from './second-factors.ts';

let engine: TestDynamo;
let factors: SecondFactors;
let passkeys: Passkeys;
let account: string;
let count = 0;
const now = new Date('2026-11-21T12:00:00Z');
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const codes = ['AAAA-BBBB', 'CCCC-DDDD'];

beforeAll(async () => {
  engine = await startDynamo();
  factors = new SecondFactors(engine.dynamo, testTables.logins);
  passkeys = new Passkeys(engine.dynamo, testTables.logins);
});
afterAll(() => engine.stop());
beforeEach(() => {
  count += 1;
  account = `a-${count}`;
});

async function confirmed(step = 100): Promise<void> {
  await factors.beginTotp('d-1', account, { secret: 'S', now });
  expect(await factors.confirmTotp('d-1', account, { secret: 'S', now, step, codes })).toBe(true);
}

const aPasskey = {
  credentialId: 'c-1',
  publicKey: new Uint8Array([1, 2]),
  signatures: 0,
  transports: ['internal'],
  name: 'Laptop',
  createdAt: now.toISOString(),
};

describe('codes of an app', () => {
  test('count once they are confirmed, with the secret that was begun last', async () => {
    await factors.beginTotp('d-1', account, { secret: 'old', now });
    await factors.beginTotp('d-1', account, { secret: 'new', now });
    expect(await factors.of('d-1', account)).toEqual({
      pendingTotp: { secret: 'new', until: later(15).toISOString() },
      passkeys: 0,
      recoveryCodes: 0,
    });
    expect(await factors.confirmTotp('d-1', account, { secret: 'old', now, step: 1, codes })).toBe(false);
    expect(await factors.confirmTotp('d-1', account, { secret: 'new', now, step: 1, codes })).toBe(true);
    expect(await factors.of('d-1', account)).toEqual({
      totp: { secret: 'new' },
      passkeys: 0,
      recoveryCodes: 2,
    });
  });

  test('are not begun anew over those that count, and not confirmed twice', async () => {
    await confirmed();
    expect(await factors.beginTotp('d-1', account, { secret: 'T', now })).toBe(false);
    expect(await factors.confirmTotp('d-1', account, { secret: 'S', now, step: 200, codes })).toBe(false);
    expect(await factors.of('d-1', account)).toMatchObject({ totp: { secret: 'S' }, recoveryCodes: 2 });
  });

  test('are good once: not that which confirmed, none before the last one, and of sixteen at once one', async () => {
    await confirmed(100);
    expect(await factors.useStep('d-1', account, 100)).toBe(false);
    const used = await Promise.all(Array.from({ length: 16 }, () => factors.useStep('d-1', account, 102)));
    expect(used.filter(Boolean)).toHaveLength(1);
    expect(await factors.useStep('d-1', account, 101)).toBe(false);
    expect(await factors.useStep('d-1', account, 103)).toBe(true);
  });

  test('that are only begun are good for nothing', async () => {
    await factors.beginTotp('d-1', account, { secret: 'S', now });
    expect(await factors.useStep('d-1', account, 100)).toBe(false);
  });
});

describe('recovery codes', () => {
  test('are good once each, to the last', async () => {
    await confirmed();
    const used = await Promise.all(
      Array.from({ length: 8 }, () => factors.useRecoveryCode('d-1', account, 'aaaabbbb')),
    );
    expect(used.filter(Boolean)).toHaveLength(1);
    expect(await factors.useRecoveryCode('d-1', account, 'EEEE-FFFF')).toBe(false);
    expect(await factors.useRecoveryCode('d-1', account, 'CCCC-DDDD')).toBe(true);
    expect(await factors.useRecoveryCode('d-1', account, 'CCCC-DDDD')).toBe(false);
    expect(await factors.of('d-1', account)).toMatchObject({ recoveryCodes: 0 });
  });

  test('of one account open no other', async () => {
    await confirmed();
    expect(await factors.useRecoveryCode('d-1', 'a-other', 'AAAA-BBBB')).toBe(false);
    expect(await factors.useRecoveryCode('d-2', account, 'AAAA-BBBB')).toBe(false);
  });

  test('stay while there is a passkey, and go with the last factor', async () => {
    await confirmed();
    await passkeys.add('d-1', account, aPasskey);
    await factors.removeTotp('d-1', account);
    expect(await factors.of('d-1', account)).toEqual({ passkeys: 1, recoveryCodes: 2 });
    await factors.removeAll('d-1', account);
    expect(await factors.of('d-1', account)).toEqual({ passkeys: 0, recoveryCodes: 0 });
  });
});

test('a session has five guesses, however many are made at once, and one that ended has none', async () => {
  const at = now.toISOString();
  const session = { id: 's-1', account, createdAt: at, seenAt: at, by: 'password' };
  await new Logins(engine.dynamo, testTables.logins).startSession('d-1', session, 0);
  const taken = await Promise.all(Array.from({ length: 12 }, () => factors.takeGuess('d-1', account, 's-1')));
  expect(taken.filter(Boolean)).toHaveLength(5);
  expect(await factors.takeGuess('d-1', account, 's-2')).toBe(false);
});

test('all that an account has goes at once, and its login stays', async () => {
  const logins = new Logins(engine.dynamo, testTables.logins);
  await logins.setPassword('d-1', account, 'hash');
  await confirmed();
  await passkeys.add('d-1', account, aPasskey);
  await passkeys.openChallenge({ district: 'd-1', account }, 'x', now);
  expect(await factors.removeAll('d-1', account)).toBe(4);
  expect(await factors.of('d-1', account)).toEqual({ passkeys: 0, recoveryCodes: 0 });
  expect(await logins.find('d-1', account)).toMatchObject({ password: 'hash' });
});

describe('a challenge', () => {
  test.each([['of a sign-in'], ['of a registration']])(
    '%s is open once, and for five minutes',
    async (of) => {
      const whose = of === 'of a sign-in' ? undefined : { district: 'd-1', account };
      await passkeys.openChallenge(whose, `one of ${account}`, now);
      const taken = await Promise.all(
        Array.from({ length: 8 }, () => passkeys.takeChallenge(whose, `one of ${account}`, later(4))),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
      await passkeys.openChallenge(whose, `other of ${account}`, now);
      expect(await passkeys.takeChallenge(whose, `other of ${account}`, later(5))).toBe(false);
    },
  );

  test('of a registration is no challenge of a sign-in, nor of somebody else', async () => {
    await passkeys.openChallenge({ district: 'd-1', account }, 'mine', now);
    expect(await passkeys.takeChallenge(undefined, 'mine', now)).toBe(false);
    expect(await passkeys.takeChallenge({ district: 'd-1', account: 'a-other' }, 'mine', now)).toBe(false);
  });
});

test('a passkey is found by what the authenticator calls it, and refuses to have signed less than before', async () => {
  const added = await passkeys.add('d-1', account, aPasskey);
  expect(await passkeys.add('d-1', account, aPasskey)).toBeUndefined();
  expect(await passkeys.find('d-1', account, 'c-1')).toEqual(added);
  expect(await passkeys.list('d-1', account)).toEqual([added]);
  const id = added?.id ?? '';
  expect(await passkeys.use('d-1', account, { id, signatures: 7, now: later(1) })).toBe(true);
  expect(await passkeys.use('d-1', account, { id, signatures: 6, now: later(2) })).toBe(false);
  expect(await passkeys.find('d-1', account, 'c-1')).toMatchObject({
    signatures: 7,
    lastUsedAt: later(1).toISOString(),
  });
  expect([
    await passkeys.remove('d-1', account, id),
    await passkeys.remove('d-1', account, id),
    await passkeys.use('d-1', account, { id, signatures: 8, now }),
  ]).toEqual([true, false, false]);
});
