import { beforeEach, describe, expect, test } from 'vitest';
import { memoryObjects } from '../../test/builders/memory-objects.ts';
import { putManifest, putPartition } from '../roster/committed-state.ts';
import type { User } from '../roster/records.ts';
import { type PartitionState, partitionOf, type StateLine } from '../roster/state.ts';
import type { AccountRule, UnmadeCode } from './account-rules.ts';
import { type NewByRule, noProgress, type ProvisionDeps, provisionAccounts } from './provision-accounts.ts';
import { readUserHandle, writeUserHandle } from './user-handle.ts';

const teachers: AccountRule = {
  name: 'teachers',
  roles: ['teacher'],
  username: 'email',
  approved: true,
  invite: true,
};

type Given = { id: string; role?: string; school?: string; status?: StateLine['status'] } & Partial<User>;

function lineOf({ id, role = 'teacher', school = 's-1', status = 'active', ...more }: Given): StateLine {
  const email = `${id}@example.org`;
  const names = { givenName: 'Ada', familyName: 'Ames' };
  const roles = [{ roleType: 'primary', role, orgId: school }];
  const user = { sourcedId: id, enabledUser: true, email, username: `${id}.name`, ...names, roles, ...more };
  return { status, id, json: JSON.stringify(user), changed: '2026-11-20T00:00:00Z' };
}

let reads: string[];
let made: NewByRule[];
let removed: string[];
let released: string[];
let refusal: UnmadeCode | undefined;
let people: string[];
let district: Awaited<ReturnType<typeof aDistrict>>;

async function aDistrict() {
  const objects = memoryObjects();
  let rules: { rules: AccountRule[]; revision: number } | undefined;
  let manifest: string | undefined;
  let kept = { progress: noProgress, version: 0 };
  const owning = new Set<string>();
  const deps: ProvisionDeps = {
    objects: {
      get: (key) => {
        reads.push(key);
        return objects.get(key);
      },
    },
    committed: async () => manifest,
    rules: {
      find: async () => rules,
      progress: async () => kept,
      keep: async (_, progress, version) => {
        if (version !== kept.version) return false;
        kept = { progress, version: version + 1 };
        return true;
      },
    },
    accounts: {
      countOf: async (_, user) => people.filter((one) => one === user).length,
      create: async (_, wanted) => {
        if (refusal !== undefined) return refusal;
        made.push(wanted);
        people.push(wanted.user);
        return undefined;
      },
      remove: async (_, account) => {
        if (owning.has(account)) return false;
        removed.push(account);
        return true;
      },
    },
    released: {
      list: async () => released,
      settle: async (_, account) => {
        released = released.filter((one) => one !== account);
      },
    },
  };
  return {
    owning,
    progress: () => kept.progress,
    put: (...wanted: AccountRule[]) => {
      rules = { rules: wanted, revision: (rules?.revision ?? 0) + 1 };
    },
    async commit(users: Given[], count = 2) {
      const lines = users.map(lineOf).sort((a, b) => (a.id < b.id ? -1 : 1));
      const partitions: PartitionState[] = [];
      for (let at = 0; at < count; at += 1) {
        const own = lines.filter(({ id }) => partitionOf(id, count) === at);
        partitions.push(await putPartition(objects, 'd-1', 'users', own));
      }
      manifest = await putManifest(objects, {
        district: 'd-1',
        derivation: '',
        kinds: { users: partitions },
      });
    },
    async follow(hasTime: () => boolean = () => true) {
      while (await provisionAccounts(deps, 'd-1', hasTime));
    },
    step: (hasTime: () => boolean) => provisionAccounts(deps, 'd-1', hasTime),
  };
}

beforeEach(async () => {
  [reads, made, removed, released, people] = [[], [], [], [], []];
  refusal = undefined;
  district = await aDistrict();
});

const users = () => made.map(({ user }) => user).sort();

describe('accounts from the roster', () => {
  test('are made for whom a rule fits, and for nobody else', async () => {
    district.put({ ...teachers, schools: ['s-1'] });
    const others: Given[] = [
      { id: 'student', role: 'student' },
      { id: 'elsewhere', school: 's-2' },
      { id: 'gone', status: 'suspended' },
      { id: 'other-record', sameAsId: 't-1' },
    ];
    await district.commit([{ id: 't-1' }, { id: 't-2' }, ...others]);
    await district.follow();
    expect(users()).toEqual(['t-1', 't-2']);
    expect(made[0]).toMatchObject({ username: made[0]?.email, rule: { name: 'teachers', invite: true } });
  });

  test('have ids that a passkey can hold', async () => {
    district.put(teachers);
    await district.commit([{ id: 't-1' }, { id: 't-2' }]);
    await district.follow();
    const owners = made.map(({ id }) => ({ district: 'd-1', account: id }));
    const read = owners.map((owner) =>
      readUserHandle(Buffer.from(writeUserHandle(owner)).toString('base64url')),
    );
    expect([read, new Set(made.map(({ id }) => id)).size]).toEqual([owners, 2]);
  });

  test('are of the first rule that fits', async () => {
    district.put({ ...teachers, username: 'sourcedId' }, { ...teachers, name: 'later' });
    await district.commit([{ id: 't-1' }]);
    await district.follow();
    expect(made).toMatchObject([{ username: 't-1', rule: { name: 'teachers' } }]);
  });

  test('leave somebody alone who has one', async () => {
    people = ['t-1'];
    district.put(teachers);
    await district.commit([{ id: 't-1' }]);
    await district.follow();
    expect(users()).toEqual([]);
  });

  test('follow the next roster by what differs, and read nothing that does not', async () => {
    district.put(teachers);
    await district.commit([{ id: 't-1' }, { id: 't-2' }]);
    await district.follow();
    reads = [];
    await district.follow();
    expect(reads).toEqual([]);
    await district.commit([{ id: 't-1' }, { id: 't-2' }, { id: 't-3' }], 4);
    await district.follow();
    expect(users()).toEqual(['t-1', 't-2', 't-3']);
  });

  test('follow new rules through the whole roster', async () => {
    district.put(teachers);
    await district.commit([{ id: 't-1' }, { id: 'p-1', role: 'parent' }]);
    await district.follow();
    district.put(teachers, { ...teachers, name: 'parents', roles: ['parent'] });
    await district.follow();
    expect(users()).toEqual(['p-1', 't-1']);
  });

  test('are made whole by many calls of little time, each once', async () => {
    district.put(teachers);
    const all = Array.from({ length: 40 }, (_, at) => ({ id: `t-${at}` }));
    await district.commit(all, 8);
    await district.follow(() => false);
    expect(users()).toEqual(all.map(({ id }) => id).sort());
  });

  test('that cannot be made are named with the reason', async () => {
    district.put(teachers);
    await district.commit([{ id: 't-1' }]);
    refusal = 'email-taken';
    await district.follow();
    expect(district.progress()).toMatchObject({
      made: 0,
      unmade: [{ user: 't-1', rule: 'teachers', code: 'email-taken' }],
    });
  });

  test('have an id that another attempt makes again', async () => {
    district.put(teachers);
    await district.commit([{ id: 't-1' }]);
    await district.follow();
    const [first] = made;
    people = [];
    district.put(teachers);
    await district.follow();
    expect(made[1]?.id).toBe(first?.id);
  });
});

describe('accounts of people who were purged', () => {
  test('are taken away, without any rule as well', async () => {
    released = ['a-1', 'a-2'];
    await district.follow();
    expect([removed, released]).toEqual([['a-1', 'a-2'], []]);
  });

  test('stay and are counted where they own queries', async () => {
    district.put(teachers);
    released = ['a-1', 'a-2'];
    district.owning.add('a-1');
    await district.commit([]);
    await district.follow();
    expect(removed).toEqual(['a-2']);
    expect(district.progress()).toMatchObject({ removed: 1, kept: 1 });
  });
});

test('two calls at once go through no partition twice to its end', async () => {
  district.put(teachers);
  await district.commit([{ id: 't-1' }, { id: 't-2' }, { id: 't-3' }], 4);
  const both = [district.step(() => true), district.step(() => true)];
  await Promise.all(both);
  await district.follow();
  expect(new Set(users())).toEqual(new Set(['t-1', 't-2', 't-3']));
  expect(district.progress().done).toBeDefined();
});
