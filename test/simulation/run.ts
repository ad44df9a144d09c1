import { makeDerivation } from '../../shared/access/derive.ts';
import type { PersonFacts } from '../../shared/access/facts.ts';
import { type MappingRule, shippedRules } from '../../shared/access/mapping-rules.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { RequestError } from '../../shared/errors.ts';
import { applyChunk } from '../../shared/roster/apply-chunk.ts';
import { type Fields, type Override, overlaid } from '../../shared/roster/edits.ts';
import { overrideField, releaseEdit } from '../../shared/roster/edits-desk.ts';
import { finishSync, reconcileLane } from '../../shared/roster/finish-sync.ts';
import { holdOf, nothingHeld } from '../../shared/roster/guard.ts';
import { saveDraft, simulateDraft } from '../../shared/roster/mapping-desk.ts';
import { mappingRules, mappingVersion, putMapping } from '../../shared/roster/mapping-documents.ts';
import { holderParts } from '../../shared/roster/plan.ts';
import { planSync } from '../../shared/roster/plan-sync.ts';
import type { UserRole } from '../../shared/roster/records.ts';
import { rollbackSync } from '../../shared/roster/rollback-desk.ts';
import { isOver } from '../../shared/roster/sync.ts';
import { approveSync, cancelSync, startSync, withoutFeed } from '../../shared/roster/sync-desk.ts';
import { startCare } from '../../shared/roster/weekly-care.ts';
import { visible } from '../../shared/store/versioned.ts';
import { memoryWorkspace } from '../builders/memory-workspace.ts';
import { type Around, afterFeed, afterRollback, key, type Model } from './model.ts';
import { openRoster, randomRoster, type TinyRoster } from './rosters.ts';
import { type Faults, type Process, Refused, Schedule } from './schedule.ts';
import { type Broken, type Message, World } from './world.ts';

const district = 'd-1';

/** Mappings that people write, and the hmh role that each gives a teacher at a school. */
const drafts: { rules: readonly MappingRule[]; ofTeachers: string | undefined }[] = [
  { rules: shippedRules, ofTeachers: 'teacher' },
  { rules: [], ofTeachers: undefined },
  {
    rules: [
      {
        id: 'proctors',
        title: 'Teachers proctor',
        active: true,
        match: [{ roles: ['teacher'] }],
        give: { system: 'hmh', role: 'school_assessment_proctor' },
      },
    ],
    ofTeachers: 'school_assessment_proctor',
  },
];
const ofTeachers = new Map(drafts.map((draft) => [mappingVersion(draft.rules), draft.ofTeachers]));

const teachersBy = (version: string | undefined) =>
  version === undefined ? drafts[0]?.ofTeachers : ofTeachers.get(version);

function edited(fed: Model, overrides: readonly Override[]): Model {
  const model = new Map(fed);
  for (const override of overrides) {
    const at = key(override.entity, override.sourcedId);
    const line = model.get(at);
    if (line) model.set(at, { ...line, record: overlaid(line.record as Fields, [override]) });
  }
  return model;
}

/** What is active, and whatever something that stays names. */
function purged(before: Model): Model {
  const stays = new Set([...before].flatMap(([at, { status }]) => (status === 'active' ? [at] : [])));
  for (const at of stays) {
    // The records of tiny rosters, which name others by these fields.
    const { parentId, schoolId, classId, userId, roles } = (before.get(at)?.record ?? {}) as Partial<
      Record<'parentId' | 'schoolId' | 'classId' | 'userId', string> & { roles: UserRole[] }
    >;
    const orgs = [parentId, schoolId, ...(roles ?? []).map(({ orgId }) => orgId)];
    const named = [
      ...orgs.map((id) => key('orgs', id ?? '')),
      key('classes', classId ?? ''),
      key('users', userId ?? ''),
    ];
    for (const other of named) if (before.has(other)) stays.add(other);
  }
  return new Map([...before].filter(([at]) => stays.has(at)));
}

export type Result = {
  seed: number;
  steps: number;
  effects: number;
  fault?: string;
  states: string[];
  /** How many changes of the mapping, of edits, and rollbacks were applied. */
  mappings: number;
  edits: number;
  rollbacks: number;
};

export type Conditions = {
  /** Of one district; left out: two or three. */
  syncs?: number;
  /** Changes of the mapping that are simulated and approved, each once all is at rest. Where people are busy, others come at any time. */
  mappings?: number;
  /** Edits that people ask for, likewise. */
  edits?: number;
  /** Syncs that are undone once all is at rest, the last one first. Where people are busy, others are at any time. */
  rollbacks?: number;
  /** Whether all that is away is purged a year after the last sync. */
  purges?: boolean;
  faults: Faults;
  /** How often a message is handed out once more than it had to be. */
  duplicate: number;
  /** Whether people cancel and approve, and the reconciler comes; else redelivery and the caller's retry must do. */
  busy: boolean;
};

const everything: Conditions = {
  faults: { crash: 0.02, refuse: 0.02, freeze: 0.01 },
  duplicate: 0.1,
  busy: true,
};

/** Runs one seed: two or three syncs of one district, overlapping, under every fault, to the end. */
export async function simulate(seed: number, broken: Broken = {}, under = everything): Promise<Result> {
  const run = new Simulation(seed, broken, under);
  try {
    await run.toTheEnd();
    return { ...run.result(), seed };
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return { ...run.result(), seed, fault: error.message };
  }
}

class Violation extends Error {}

class Simulation {
  readonly #under: Conditions;
  readonly #schedule: Schedule;
  readonly #world: World;
  readonly #rosters = new Map<string, TinyRoster>();
  readonly #inHand = new Map<Process, Message>();
  readonly #toStart: string[] = [];
  /** Callers who have not heard yet whether their sync was started; they ask again. */
  readonly #asking = new Map<Process, string>();
  /** What the feeds say, and with what people wrote on top. */
  #fed: Model = new Map();
  #model: Model = new Map();
  #overrides: Override[] = [];
  readonly #around = new Map<string, Around>();
  /** By the mapping that was activated last. */
  #teachers = drafts[0]?.ofTeachers;
  #simulations = 0;
  #edits = 0;
  #undoings = 0;
  readonly #undoes: boolean;
  #yearEnds: number | undefined;
  #seen = 0;
  #checked = -1;
  #rounds = 0;

  constructor(seed: number, broken: Broken, under: Conditions) {
    this.#under = under;
    this.#undoes = seed % 2 === 0;
    this.#schedule = new Schedule(seed, under.faults);
    this.#world = new World(this.#schedule, broken);
    this.#schedule.onKill = (process) => {
      this.#giveBack(process);
      const asked = this.#asking.get(process);
      if (asked !== undefined) this.#toStart.unshift(asked);
    };
    const count = under.syncs ?? 2 + this.#schedule.random.below(2);
    for (let i = 1; i <= count; i++) {
      const syncId = `y${i}`;
      this.#toStart.push(syncId);
      this.#rosters.set(syncId, randomRoster(this.#schedule.random));
    }
  }

  result(): Omit<Result, 'seed'> {
    return {
      steps: this.#schedule.steps,
      effects: this.#schedule.effects,
      states: [...this.#world.syncs.values()].map(({ value }) => value.state),
      mappings: this.#world.ended.filter(({ state, mapping }) => state === 'applied' && mapping).length,
      edits: this.#world.ended.filter(({ state, kind }) => state === 'applied' && kind === 'edits').length,
      rollbacks: this.#world.ended.filter(({ state, kind }) => state === 'applied' && kind === 'rollback')
        .length,
    };
  }

  async toTheEnd(): Promise<void> {
    while (await this.#step()) {
      if (this.#world.writes !== this.#checked) this.#check();
    }
    this.#check();
    for (const { value } of this.#world.syncs.values()) {
      if (!isOver(value.state) && value.state !== 'held')
        throw new Violation(`${value.syncId} ends as ${value.state}`);
    }
    if (this.#under.purges) this.#checkErased();
    const ids = this.#world.ended.filter(({ state }) => state === 'applied').map(({ syncId }) => syncId);
    if (new Set(ids).size !== ids.length) throw new Violation('a sync was applied twice');
  }

  /** Of what was purged no item says anything. */
  #checkErased(): void {
    if (this.#world.syncs.get('p1')?.value.state !== 'applied')
      throw new Violation('the purge was not applied');
    for (const [at, item] of this.#world.items) {
      if (!at.startsWith('roster') || this.#model.has(at)) continue;
      if (item.now !== undefined || item.prev !== undefined)
        throw new Violation(`${at} still says something`);
    }
  }

  async #step(): Promise<boolean> {
    const { random } = this.#schedule;
    const world = this.#world;
    await this.#schedule.settle();
    if (this.#toStart.length > 0 && random.chance(0.03)) this.#user('start');
    if (this.#under.busy) this.#interfere();
    const runnable = this.#schedule.runnable();
    const busy = this.#schedule.hasAwake();
    if (world.queue.length > 0 && (!busy || random.chance(0.3))) this.#deliver();
    else if (runnable.length > 0) {
      const process = runnable[random.below(runnable.length)];
      if (process) this.#schedule.resumeOne(process);
    } else if (this.#toStart.length > 0) this.#user('start');
    else return this.#wait();
    return true;
  }

  /** People come at any time. */
  #interfere(): void {
    const { random } = this.#schedule;
    if (random.chance(0.004)) this.#user('cancel');
    if (random.chance(0.02)) this.#user('approve');
    if (random.chance(0.01)) this.#reconcile();
    if (this.#simulations < 2 && random.chance(0.01)) this.#simulate(`x${++this.#simulations}`);
    // What an edit hides of a rollback shows with its release only: each has schedules of its own.
    if (this.#edits < 4 && !this.#undoes && random.chance(0.02)) this.#edit(`z${++this.#edits}`);
    if (this.#undoings < 2 && this.#undoes && random.chance(0.02) && this.#applied().length > 0)
      this.#undo(`r${++this.#undoings}`);
  }

  /** Nothing moves: time passes and the reconciler comes, until there is nothing left for it. */
  #wait(): boolean {
    const open = [...this.#world.syncs.values()].some(
      ({ value }) => !isOver(value.state) && value.state !== 'held',
    );
    if (!open) return this.#changeMapping() || this.#editAgain() || this.#rollBack() || this.#purge();
    const { busy, mappings, edits, rollbacks, purges } = this.#under;
    if (!busy && !mappings && !edits && !rollbacks && !purges)
      throw new Violation('the sync comes to an end only if somebody looks after it');
    if (++this.#rounds > 60) throw new Violation('the sync never comes to an end');
    this.#world.clock += 60_000;
    this.#reconcile();
    return true;
  }

  /** Whoever changes the mapping asks again until it is done; where people are busy, they may lose interest. */
  #changeMapping(): boolean {
    const { value: held } =
      [...this.#world.syncs.values()].find(({ value }) => value.state === 'held' && value.mapping) ?? {};
    if (held && this.#under.busy && this.#schedule.random.chance(0.7)) {
      this.#user('approve', held.syncId);
      return true;
    }
    for (let count = 1; count <= (this.#under.mappings ?? 0); count++) {
      const state = this.#world.syncs.get(`m${count}`)?.value.state;
      if (state === 'applied') continue;
      if (state === 'held') this.#user('approve', `m${count}`);
      else this.#simulate(`m${count}`);
      return true;
    }
    return false;
  }

  /** A year later, all that is away is purged; whoever asks for it approves it. */
  #purge(): boolean {
    if (!this.#under.purges) return false;
    const state = this.#world.syncs.get('p1')?.value.state;
    const waiting = [...this.#world.syncs].find(
      ([syncId, { value }]) => value.state === 'held' && syncId !== 'p1',
    );
    if (waiting) this.#user('cancel', waiting[0]);
    else if (state === 'held') this.#user('approve', 'p1');
    else if (state === undefined) this.#startPurge();
    else return false;
    return true;
  }

  #startPurge(): void {
    const world = this.#world;
    if (this.#yearEnds === undefined) world.clock += 366 * 24 * 3_600_000;
    this.#yearEnds ??= world.clock;
    const body = async (process: Process) => {
      const desk = { ledger: world.ledger(process), queues: world.queues(process), now: world.now };
      const removalOf = async () => undefined;
      await startCare({ ...desk, removalOf }, { district, syncId: 'p1', kind: 'purge', by: 'test' });
    };
    this.#schedule.spawn('purge', body, () => {});
  }

  /** Whoever edits asks again until it is done. */
  #editAgain(): boolean {
    for (let count = 1; count <= (this.#under.edits ?? 0); count++) {
      const state = this.#world.syncs.get(`e${count}`)?.value.state;
      if (state === 'applied') continue;
      if (state !== undefined) return false;
      this.#edit(`e${count}`);
      return true;
    }
    return false;
  }

  /** Whoever undoes syncs asks again until it is done, and approves what is held. */
  #rollBack(): boolean {
    const applied = [...this.#world.syncs.values()].filter(
      ({ value }) => value.kind === 'feed' && value.parts,
    );
    for (let count = 1; count <= (this.#under.rollbacks ?? 0); count++) {
      const state = this.#world.syncs.get(`r${count}`)?.value.state;
      const undoes = applied.at(-count)?.value.syncId;
      if (state === 'applied' || undoes === undefined) continue;
      if (state === 'held') this.#user('approve', `r${count}`);
      else this.#undo(`r${count}`, undoes);
      return true;
    }
    return false;
  }

  /** Writes into a person's record, or gives it back to the feed. */
  #edit(syncId: string): void {
    const world = this.#world;
    const { random } = this.#schedule;
    const written = random.chance(0.7)
      ? { field: 'familyName', value: syncId }
      : { field: 'roles', value: [] };
    const told = { owner: 'test', reason: 'test', at: world.now() };
    const edit: Override = { entity: 'users', sourcedId: `u${1 + random.below(5)}`, ...written, ...told };
    const releases = random.chance(0.3);
    const body = async (process: Process) => {
      const stores = { ledger: world.ledger(process), queues: world.queues(process) };
      const desk = { ...stores, objects: world.objectStore(process), now: world.now };
      const asking = { district, syncId, by: 'test' };
      try {
        await (releases ? releaseEdit(desk, asking, edit) : overrideField(desk, asking, edit));
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
      }
    };
    this.#schedule.spawn('edit', body, () => {});
  }

  /** Ids of the syncs that have committed something. */
  #applied(): string[] {
    return [...this.#world.syncs].filter(([, { value }]) => value.parts).map(([id]) => id);
  }

  #undo(syncId: string, given?: string): void {
    const world = this.#world;
    const applied = this.#applied();
    const undoes = given ?? applied[this.#schedule.random.below(applied.length)];
    if (undoes === undefined) return;
    const body = async (process: Process) => {
      const desk = { ledger: world.ledger(process), queues: world.queues(process), now: world.now };
      try {
        await rollbackSync(desk, { district, syncId, undoes, dryRun: false, by: 'test' });
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
      }
    };
    this.#schedule.spawn('undo', body, () => {});
  }

  /** Writes one of the drafts and simulates it, or whatever somebody else has written meanwhile. */
  #simulate(syncId: string): void {
    const world = this.#world;
    const { rules = [] } = drafts[this.#schedule.random.below(drafts.length)] ?? {};
    const body = async (process: Process) => {
      const desk = { ledger: world.ledger(process), queues: world.queues(process), now: world.now };
      const version = await putMapping(world.objectStore(process), district, rules);
      try {
        await saveDraft(desk, { district, version, by: 'test' });
        await simulateDraft(desk, { district, syncId, by: 'test' });
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
      }
    };
    this.#schedule.spawn('simulate', body, () => {});
  }

  #reconcile(): void {
    const world = this.#world;
    this.#schedule.spawn(
      'reconcile',
      (process) =>
        reconcileLane(
          { ledger: world.ledger(process), queues: world.queues(process), now: world.now },
          district,
        ),
      () => {},
    );
  }

  #user(what: 'start' | 'cancel' | 'approve', given?: string): void {
    const world = this.#world;
    const any = () => [...world.syncs.keys()][this.#schedule.random.below(world.syncs.size)];
    const syncId = what === 'start' ? this.#toStart.shift() : (given ?? any());
    if (syncId === undefined) return;
    const body = async (process: Process) => {
      const desk = { ledger: world.ledger(process), queues: world.queues(process), now: world.now };
      try {
        if (what === 'cancel') await cancelSync(desk, { district, syncId, by: 'test' });
        else if (what === 'approve') {
          const planHash = world.syncs.get(syncId)?.value.plan?.hash ?? '';
          const objects = world.objectStore(process);
          await approveSync({ ...desk, objects }, { district, syncId, planHash, by: 'test' });
        } else await this.#start(desk, syncId);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
      }
    };
    const process = this.#schedule.spawn(what, body, () => {});
    if (what === 'start') this.#asking.set(process, syncId);
  }

  async #start(desk: Parameters<typeof startSync>[0], syncId: string): Promise<void> {
    await startSync(desk, {
      district,
      syncId,
      kind: 'feed',
      feed: 'f',
      uploadId: syncId,
      dryRun: Number(syncId.slice(1)) % 3 === 2 && this.#schedule.random.chance(0.3),
      ...withoutFeed,
      guard: { percent: this.#schedule.random.chance(0.3) ? 30 : 100, atLeast: 1, onBreach: 'hold-removals' },
      requestedBy: 'test',
    });
  }

  #deliver(): void {
    const world = this.#world;
    const at = this.#schedule.random.below(world.queue.length);
    const message = world.queue[at];
    if (!message) return;
    if (!this.#schedule.random.chance(this.#under.duplicate)) world.queue.splice(at, 1);
    const process = this.#schedule.spawn(
      message.queue,
      (self) => this.#handle(self, message),
      (ok, self) => {
        if (ok) this.#inHand.delete(self);
        else this.#giveBack(self);
      },
    );
    if (!world.broken.ackFirst) this.#inHand.set(process, message);
  }

  #giveBack(process: Process): void {
    const message = this.#inHand.get(process);
    this.#inHand.delete(process);
    if (message) this.#world.queue.push(message);
  }

  async #handle(process: Process, message: Message): Promise<void> {
    const world = this.#world;
    const ledger = world.ledger(process);
    const queues = world.queues(process);
    const objects = world.objectStore(process);
    switch (message.queue) {
      case 'plans':
        return planSync(
          {
            ledger,
            queues,
            objects,
            stored: world.stored(process),
            now: world.now,
            chunkSize: 3,
            derivation: async (id, mapping) => {
              const rules = await mappingRules(objects, id, mapping);
              return makeDerivation({ district: id, rules, catalogues: shippedCatalogues });
            },
            dayOf: async (_, at) => at.slice(0, 10),
            openFeed: async (sync) => {
              const roster = this.#rosters.get(sync.syncId);
              if (!roster) throw new Refused('no roster');
              return { feed: openRoster(roster), tags: [sync.syncId] };
            },
            workspace: async () => memoryWorkspace(),
          },
          message,
        );
      case 'changes':
        return applyChunk({ ledger, queues, objects, records: world.records(process) }, message);
      case 'finishes':
        return finishSync({ ledger, queues, now: world.now }, message);
      default:
        return message satisfies never;
    }
  }

  /** At any moment readers see exactly the roster of the last commit. */
  #check(): void {
    const world = this.#world;
    this.#checked = world.writes;
    for (; this.#seen < world.commits.length; this.#seen++) {
      const commit = world.commits[this.#seen];
      const roster = this.#rosters.get(commit?.syncId ?? '');
      const found = world.syncs.get(commit?.syncId ?? '')?.value;
      if (!found) continue;
      const { syncId, hold, mapping, guardReport, nextEdits, startedAt: at, undoes, restored } = found;
      if (mapping !== undefined) this.#teachers = ofTeachers.get(mapping);
      if (restored?.mapping) this.#teachers = teachersBy(restored.mapping.version);
      const before = this.#model;
      const held = hold && guardReport ? holdOf(guardReport) : nothingHeld;
      const around = this.#around.get(undoes ?? '');
      if (roster) this.#fed = afterFeed(this.#fed, roster, { held, at });
      if (around) this.#fed = afterRollback(this.#fed, around, held);
      if (syncId === 'p1') this.#fed = purged(this.#fed);
      if (nextEdits !== undefined) this.#overrides = this.#writtenAs(nextEdits.version);
      this.#model = edited(this.#fed, this.#overrides);
      this.#around.set(syncId, { before: this.#around.get(syncId)?.before ?? before, after: this.#model });
    }
    const shown = new Map<string, unknown>();
    for (const [at, item] of world.items) {
      const value = visible(item, world.committed);
      if (value !== undefined) shown.set(at, value);
    }
    this.#compareRecords(shown);
    this.#lookForLeftovers(shown);
    this.#comparePersons(shown);
  }

  #writtenAs(version: string): Override[] {
    return JSON.parse(this.#world.objects.get(`edits/${district}/${version}.json`) ?? '').overrides;
  }

  #compareRecords(shown: Map<string, unknown>): void {
    let records = 0;
    for (const at of shown.keys()) if (at.startsWith('roster')) records++;
    if (records !== this.#model.size)
      throw new Violation(`${records} records are seen, ${this.#model.size} are committed`);
    for (const [at, { status, record }] of this.#model) {
      if (JSON.stringify(shown.get(at)) !== JSON.stringify({ status, record }))
        throw new Violation(`${at} is not as committed`);
    }
  }

  /** Nothing is left of persons who are no more. */
  #lookForLeftovers(shown: Map<string, unknown>): void {
    for (const at of shown.keys()) {
      const [table, entity, id = ''] = at.split('\t');
      const of = table === 'assignments' ? holderParts(id).userId : entity === 'person' ? id : undefined;
      if (of !== undefined && !this.#model.has(key('users', of)))
        throw new Violation(`${at} is left of a person who is no more`);
    }
  }

  /** Worked out by hand from the model: classes by active enrollments in active classes, hmh roles by the active mapping. */
  #comparePersons(shown: Map<string, unknown>): void {
    for (const [at, { status, record }] of this.#model) {
      const [, kind, id] = at.split('\t');
      if (kind !== 'users') continue;
      // Written by the shipped derivation.
      const facts = shown.get(`access\tperson\t${id}`) as PersonFacts | undefined;
      const classes = new Set<string>();
      for (const [other, value] of this.#model) {
        if (!other.startsWith('roster\tenrollments') || value.status !== 'active' || status !== 'active')
          continue;
        const { userId, classId } = value.record as { userId: string; classId: string };
        if (userId === id && this.#model.get(key('classes', classId))?.status === 'active')
          classes.add(classId);
      }
      const seen = new Set(facts?.memberships.map(({ classId }) => classId));
      if (facts?.status !== status || [...classes].sort().join() !== [...seen].sort().join()) {
        throw new Violation(`the access facts of ${id} are not those of the committed roster`);
      }
      const { roles } = record as { roles: UserRole[] };
      // A rollback may take away an org that later changes name.
      const given = roles.filter(
        ({ role, orgId }) =>
          role === 'teacher' && status === 'active' && this.#teachers && this.#model.has(key('orgs', orgId)),
      );
      const held = facts.assignments.filter(({ system }) => system === 'hmh');
      if (
        held.map(({ role, scope }) => `${role} ${scope.ids}`).join() !==
        given.map(({ orgId }) => `${this.#teachers} ${orgId}`).join()
      )
        throw new Violation(`the roles of ${id} are not those of the active mapping`);
    }
  }
}
