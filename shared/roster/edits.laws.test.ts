import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import { RequestError } from '../errors.ts';
import { type Fields, type ManualRecord, type Override, overlaid } from './edits.ts';
import { editsInForce, overrideField, putManualRecord, releaseEdit } from './edits-desk.ts';
import type { User } from './records.ts';
import { withoutFeed } from './sync-desk.ts';

const district = 'd-1';
// So few that no guard has a say.
const ids = ['u1', 'u2', 'h1', 'h2'];
const told = { owner: 'ada', reason: 'so it is', at: '2026-11-20T07:00:00.000Z' };

const names = fc.constantFrom('Ada', 'Bob', 'Eve');
const users = fc
  .uniqueArray(
    fc.record({ id: fc.constantFrom(...ids), name: names, mail: fc.option(names), teaches: fc.boolean() }),
    {
      selector: ({ id }) => id,
    },
  )
  .map((all) =>
    all.map(({ id, name, mail, teaches }) =>
      person(id, [teaches ? 'teacher' : 'student'], {
        givenName: name,
        // Each id is a person's of their own.
        familyName: id,
        ...(mail === null ? {} : { email: mail }),
      }),
    ),
  );
const value = fc.oneof(
  fc.record({ field: fc.constant('givenName'), value: names }),
  fc.record({ field: fc.constant('email'), value: fc.option(names) }),
  fc.record({ field: fc.constant('roles'), value: fc.constantFrom(person('x', ['teacher']).roles, []) }),
);
const id = fc.constantFrom(...ids);
const step = fc.oneof(
  fc.record({ kind: fc.constant('feed' as const), users }),
  fc.record({ kind: fc.constant('override' as const), id, value }),
  fc.record({
    kind: fc.constant('release' as const),
    id,
    field: fc.constantFrom('givenName', 'email', 'roles'),
  }),
  fc.record({ kind: fc.constant('make' as const), id: fc.constantFrom('h1', 'h2'), name: names }),
  fc.record({ kind: fc.constant('unmake' as const), id: fc.constantFrom('h1', 'h2') }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What a reader who does everything anew each time would say: the feed's own records, and what people wrote. */
class Model {
  readonly fed = new Map<string, { status: string; record: Fields }>();
  readonly overrides = new Map<string, Override[]>();
  readonly manual = new Map<string, Fields>();

  feed(all: readonly User[]): void {
    for (const [known, { record }] of this.fed) this.fed.set(known, { status: 'suspended', record });
    for (const user of all) {
      this.fed.set(user.sourcedId, { status: 'active', record: { ...user } });
      this.manual.delete(user.sourcedId);
    }
  }

  users(): Record<string, unknown> {
    const all: [string, unknown][] = [];
    for (const known of new Set([...this.fed.keys(), ...this.manual.keys()])) {
      const made = this.manual.get(known);
      const { status, record } = made ? { status: 'active', record: made } : (this.fed.get(known) ?? {});
      if (record) all.push([known, { status, record: overlaid(record, this.overrides.get(known) ?? []) }]);
    }
    return Object.fromEntries(all.sort());
  }
}

class Run {
  readonly world = new CalmWorld();
  readonly model = new Model();

  async take(step: Step): Promise<void> {
    if (step.kind === 'feed') {
      this.model.feed(step.users);
      const open = { ...withoutFeed.guard, percent: 100 };
      await this.world.syncRoster({ orgs: [school], users: step.users }, { guard: open });
    } else {
      const done = await this.#ask(step).catch(refusal);
      if (done !== undefined) this.#note(step);
      await this.world.deliver();
    }
    expect(this.seen()).toEqual(this.model.users());
  }

  seen(): Record<string, unknown> {
    const all = ids.map((id) => [id, this.world.seen(`roster\tusers\t${id}`)] as const);
    return Object.fromEntries(all.filter(([, seen]) => seen !== undefined).sort());
  }

  #ask(step: Exclude<Step, { kind: 'feed' }>) {
    const asking = { district, syncId: this.world.nextId(), by: 'ada' };
    const at = { entity: 'users', sourcedId: step.id } as const;
    switch (step.kind) {
      case 'override':
        return overrideField(this.world, asking, { ...at, ...step.value, ...told });
      case 'release':
        return releaseEdit(this.world, asking, { ...at, field: step.field });
      case 'make':
        return putManualRecord(this.world, asking, { ...at, ...madeBy(step), ...told });
      case 'unmake':
        return releaseEdit(this.world, asking, at);
      default:
        return step satisfies never;
    }
  }

  #note(step: Exclude<Step, { kind: 'feed' }>): void {
    const { manual, overrides, fed } = this.model;
    const others = (field: string) => (overrides.get(step.id) ?? []).filter((edit) => edit.field !== field);
    if (step.kind === 'make') manual.set(step.id, { sourcedId: step.id, ...madeBy(step).record });
    if (step.kind === 'unmake') {
      const record = manual.get(step.id);
      manual.delete(step.id);
      if (record) fed.set(step.id, { status: 'suspended', record });
    }
    if (step.kind === 'release') overrides.set(step.id, others(step.field));
    if (step.kind === 'override') {
      const edit = { entity: 'users', sourcedId: step.id, ...step.value, ...told } as const;
      overrides.set(step.id, [...others(step.value.field), edit]);
    }
  }
}

/** What the roster has not, or what a feed brings. */
function refusal(error: unknown): undefined {
  if (!(error instanceof RequestError)) throw error;
}

function madeBy({ name }: { name: string }): Pick<ManualRecord, 'record'> {
  const { sourcedId: _, ...record } = person('x', ['teacher'], { givenName: name });
  return { record };
}

test('the roster is the feed with what people wrote on top, after every step', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const run = new Run();
      for (const step of steps) await run.take(step);
    }),
    { numRuns: 150 },
  );
}, 120_000);

test('with everything released, nothing is left of edits, whatever feeds came between and in which order their rows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const mine = steps.filter(
        (one) => one.kind === 'feed' || one.kind === 'override' || one.kind === 'release',
      );
      const [edited, plain] = [new Run(), new Run()];
      for (const step of mine) {
        await edited.take(step);
        if (step.kind === 'feed') await plain.take({ ...step, users: step.users.toReversed() });
      }
      const { overrides } = (await editsInForce(edited.world, district)).edits;
      for (const { sourcedId: id, field } of overrides) {
        await edited.take({ kind: 'release', id, field } as Step);
      }
      expect(JSON.stringify(edited.seen())).toBe(JSON.stringify(plain.seen()));
    }),
    { numRuns: 150 },
  );
}, 120_000);
