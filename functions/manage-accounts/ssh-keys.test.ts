import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../shared/accounts/session.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import { Logins } from '../../shared/store/logins.ts';
import { aPerson } from '../../test/builders/access-facts.ts';
import { accountsApi, asking, makeDistrict } from '../../test/builders/accounts-api.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { districtClient, operator } from '../../test/builders/http-event.ts';
import { storeDistrict } from '../../test/builders/stored-district.ts';

// As the builder of the API has it.
const at = '2026-11-21T12:00:00.000Z';
const sixteenMinutesBefore = '2026-11-21T11:44:00.000Z';
let engine: TestDynamo;
let api: ReturnType<typeof accountsApi>;
let ask: ReturnType<typeof asking>;
let district: string;
let mails: MailMessage[];
let isQueueDown: boolean;
let ids: Record<'ada' | 'bea', string>;
let count = 0;

beforeAll(async () => {
  engine = await startDynamo();
  api = accountsApi(engine, {
    mails: {
      async send(message) {
        if (isQueueDown) throw new Error('The queue is down.');
        mails.push(message);
      },
    },
  });
}, 60_000);
afterAll(() => engine?.stop());
beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  [mails, isQueueDown] = [[], false];
  await makeDistrict(engine, district);
  await storeDistrict(engine.dynamo, district, { people: [aPerson('u-1')] });
  ask = asking(api.handler, district);
  ids = { ada: await account('ada'), bea: await account('bea') };
});

async function account(username: string): Promise<string> {
  const body = { username, email: `${username}@example.org`, approved: true };
  return String((await ask('createAccount', {}, { body, as: operator })).body.id);
}

/** What the authorizer says of somebody who signed in then. */
async function signedIn(who: 'ada' | 'bea', createdAt = at) {
  const id = ids[who];
  const session: Session = { id: `s-${id}-${createdAt}`, account: id, createdAt, seenAt: at, by: 'password' };
  const logins = new Logins(engine.dynamo, testTables.logins);
  await logins.startSession(district, session, (await logins.find(district, id)).epoch);
  return { ...districtClient(district, { user: id }), clientId: 'session', session: session.id };
}

function newKey(comment = 'laptop'): string {
  const { publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const part = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const blob = Buffer.concat([part(Buffer.from('ssh-ed25519')), part(raw)]);
  return `ssh-ed25519 ${blob.toString('base64')} ${comment}`;
}

const put = (account: string, keys: string[], as?: Record<string, string>) =>
  ask('putSshKeys', { account }, { body: { keys }, ...(as === undefined ? {} : { as }) });

/** Of an answer. */
const fingerprints = ({ body }: { body: Record<string, unknown> }) =>
  (body.keys as { fingerprint: string }[]).map(({ fingerprint }) => fingerprint); // as its schema says

test('whoever has just signed in changes keys of their own, and is told of it', async () => {
  const ada = await signedIn('ada');
  const first = await put(ids.ada, [newKey()], ada);
  expect(first.status).toBe(200);
  const [one = ''] = fingerprints(first);
  expect(mails).toEqual([
    {
      ...{ kind: 'ssh-keys-changed', district, account: ids.ada, at },
      keys: [{ fingerprint: one, isNew: true }],
    },
  ]);
});

test.each(['a client that acts for them', 'a sign-in of sixteen minutes ago'] as const)(
  '%s does not change a person’s own keys, and nobody is told',
  async (by) => {
    const as =
      by === 'a sign-in of sixteen minutes ago'
        ? await signedIn('ada', sixteenMinutesBefore)
        : districtClient(district, { user: ids.ada });
    const answer = await put(ids.ada, [newKey()], as);
    expect([answer.status, answer.body.code]).toEqual([403, 'sign-in-again']);
    expect((await ask('getSshKeys', { account: ids.ada }, { as })).body).toEqual({ keys: [] });
    expect(mails).toEqual([]);
  },
);

test('a session that has ended, or is another’s, makes nothing fresh', async () => {
  const [ada, bea] = [await signedIn('ada'), await signedIn('bea')];
  for (const session of ['s-of-nobody', bea.session]) {
    const answer = await put(ids.ada, [newKey()], { ...ada, session });
    expect([answer.status, answer.body.code]).toEqual([403, 'sign-in-again']);
  }
});

test('nobody sees or changes keys of another account by their own session', async () => {
  const bea = await signedIn('bea');
  const answers = [
    await put(ids.ada, [newKey()], bea),
    await ask('getSshKeys', { account: ids.ada }, { as: bea }),
  ];
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
    [403, 'not-permitted'],
    [403, 'not-permitted'],
  ]);
  expect(mails).toEqual([]);
});

test('a session that is good for adding a second factor alone changes no keys', async () => {
  const ada = { ...(await signedIn('ada')), limitedTo: 'enrolment' };
  expect((await put(ids.ada, [newKey()], ada)).status).toBe(403);
  expect(mails).toEqual([]);
});

test('keys that an administrator changes are told to the person, with what is new', async () => {
  const [kept, gone] = [newKey(), newKey()];
  const before = fingerprints(await put(ids.ada, [kept, gone]));
  const after = fingerprints(await put(ids.ada, [newKey(), kept]));
  expect(mails.slice(1)).toEqual([
    {
      ...{ kind: 'ssh-keys-changed', district, account: ids.ada, at },
      keys: [
        { fingerprint: after[0], isNew: true },
        { fingerprint: before[0], isNew: false },
      ],
    },
  ]);
  await put(ids.ada, []);
  expect(mails.at(-1)).toMatchObject({ account: ids.ada, keys: [] });
});

test('the same keys in another order, with other comments, are no change', async () => {
  const [one, two] = [newKey(), newKey()];
  await put(ids.ada, []);
  await put(ids.ada, [one, two]);
  await put(ids.ada, [two, one.replace('laptop', 'office'), two]);
  expect(mails).toHaveLength(1);
});

test('keys of which the person cannot be told stay as they are', async () => {
  isQueueDown = true;
  expect((await put(ids.ada, [newKey()])).status).toBe(500);
  isQueueDown = false;
  expect((await ask('getSshKeys', { account: ids.ada })).body).toEqual({ keys: [] });
});

test('what is no public key changes nothing, and tells nobody', async () => {
  const answer = await put(ids.ada, [newKey(), '-----BEGIN OPENSSH PRIVATE KEY-----']);
  expect([answer.status, answer.body.code]).toEqual([422, 'ssh-key-unfit']);
  expect(mails).toEqual([]);
});
