/**
 * A deterministic scheduler: every effect of the code under test waits here until a seeded choice lets it happen, so that
 * one seed is one schedule. Effects can be lost with their process, happen without an answer, or be refused.
 */
export type Random = { next(): number; below(n: number): number; chance(p: number): boolean };

/** mulberry32. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, below: (n) => Math.floor(next() * n), chance: (p) => next() < p };
}

export type Faults = {
  /** A process dies at an effect, before it or after it without hearing the answer. */
  crash: number;
  /** A store says "not now". */
  refuse: number;
  /** A process freezes until everything else has come to rest. */
  freeze: number;
  /** The process that reaches this effect dies there, before it or after it; 1-based. */
  killAt?: { effect: number; when: 'before' | 'after' };
};

export const noFaults: Faults = { crash: 0, refuse: 0, freeze: 0 };

export class Process {
  readonly name: string;
  alive = true;
  frozen = false;
  done = false;
  readonly waiting: { resume: () => void }[] = [];

  constructor(name: string) {
    this.name = name;
  }
}

export class Refused extends Error {
  override name = 'Refused';
}

export class Schedule {
  readonly random: Random;
  readonly faults: Faults;
  readonly processes: Process[] = [];
  steps = 0;
  /** Effects so far, lost ones included. */
  effects = 0;

  constructor(seed: number, faults: Faults) {
    this.random = seeded(seed);
    this.faults = faults;
  }

  /** Starts `body` as a process of its own; `ended` hears how it went, unless it was killed. */
  spawn(
    name: string,
    body: (process: Process) => Promise<void>,
    ended: (ok: boolean, process: Process) => void,
  ): Process {
    const process = new Process(name);
    this.processes.push(process);
    const end = (ok: boolean) => {
      if (!process.alive) return;
      process.done = true;
      ended(ok, process);
    };
    body(process).then(
      () => end(true),
      (error: unknown) => {
        if (error instanceof Refused) end(false);
        else if (process.alive) throw error;
      },
    );
    return process;
  }

  /** Wraps one effect of a process: it happens when the schedule says so. */
  async effect<T>(process: Process, act: () => T): Promise<T> {
    await new Promise<void>((resume) => process.waiting.push({ resume }));
    const { crash, refuse, freeze, killAt } = this.faults;
    const here = ++this.effects === killAt?.effect;
    if (this.random.chance(refuse)) throw new Refused(process.name);
    if (this.random.chance(freeze)) {
      process.frozen = true;
      await new Promise<void>((resume) => process.waiting.push({ resume }));
    }
    if (this.random.chance(crash / 2) || (here && killAt?.when === 'before')) return this.#kill(process);
    const result = act();
    if (this.random.chance(crash / 2) || (here && killAt?.when === 'after')) return this.#kill(process);
    return result;
  }

  onKill: (process: Process) => void = () => {};

  #kill(process: Process): Promise<never> {
    process.alive = false;
    process.waiting.length = 0;
    this.onKill(process);
    return new Promise(() => {});
  }

  /** Processes that could go on; frozen ones only where nothing else can. */
  runnable(): Process[] {
    const live = this.processes.filter(
      (process) => process.alive && !process.done && process.waiting.length > 0,
    );
    const awake = live.filter((process) => !process.frozen);
    return awake.length > 0 ? awake : live;
  }

  hasAwake(): boolean {
    return this.processes.some((p) => p.alive && !p.done && p.waiting.length > 0 && !p.frozen);
  }

  resumeOne(process: Process): void {
    process.frozen = false;
    const [next] = process.waiting.splice(this.random.below(process.waiting.length), 1);
    this.steps++;
    next?.resume();
  }

  /** Lets every microtask of the code under test run until each process waits at an effect or is over. */
  async settle(): Promise<void> {
    do await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.processes.some((process) => process.alive && !process.done && process.waiting.length === 0));
    for (let i = this.processes.length - 1; i >= 0; i--) {
      const process = this.processes[i];
      if (process && (process.done || !process.alive)) this.processes.splice(i, 1);
    }
  }
}
