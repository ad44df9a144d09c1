import type { Writable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { FunctionError, Invocation, Reply, WorkerData } from './protocol.ts';

export type Outcome = { ok: true; payload: string } | { ok: false; error: FunctionError };

export type EnvironmentSettings = WorkerData & { env: Record<string, string>; log: Writable };

/** As on Lambda: loading a bundle may take no longer than this. */
const initWithinMs = 10_000;

/** One worker thread with one function, which runs one event at a time and stays warm. A broken one is thrown away. */
export class ExecutionEnvironment {
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #settle: ((outcome: Outcome) => void) | undefined;
  #broken: FunctionError | undefined;

  constructor({ env, log, ...data }: EnvironmentSettings) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      name: data.functionName,
      workerData: data satisfies WorkerData,
      env,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: data.memoryMegabytes },
    });
    this.#worker.stdout.pipe(log, { end: false });
    this.#worker.stderr.pipe(log, { end: false });
    let ready = (): void => undefined;
    this.#ready = new Promise((resolve) => {
      ready = resolve;
    });
    this.#worker.on('message', (reply: Reply) => {
      if (reply.kind === 'ready') ready();
      else if (reply.kind === 'result') this.#finish({ ok: true, payload: reply.payload });
      else this.#finish({ ok: false, error: reply.error });
    });
    const broke = (errorType: string, errorMessage: string): void => {
      this.#broken ??= { errorType, errorMessage, trace: [] };
      ready();
      this.#finish({ ok: false, error: this.#broken });
    };
    this.#worker.on('error', (error) => broke('Runtime.UnhandledError', messageOf(error)));
    this.#worker.on('exit', (code) => broke('Runtime.ExitError', `The runtime ended with status ${code}`));
  }

  get isBroken(): boolean {
    return this.#broken !== undefined;
  }

  async invoke(invocation: Omit<Invocation, 'deadline'>, timeoutMs: number): Promise<Outcome> {
    if ((await within(initWithinMs, this.#ready)) === late) {
      return this.#give('Sandbox.Timedout', `Init took longer than ${initWithinMs / 1000} seconds`);
    }
    if (this.#broken !== undefined) return { ok: false, error: this.#broken };
    const answer = new Promise<Outcome>((resolve) => {
      this.#settle = resolve;
    });
    const message: Invocation = { ...invocation, deadline: Date.now() + timeoutMs };
    this.#worker.postMessage(message);
    const outcome = await within(timeoutMs, answer);
    if (outcome !== late) return outcome;
    return this.#give('Sandbox.Timedout', `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`);
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  async #give(errorType: string, errorMessage: string): Promise<Outcome> {
    this.#broken = { errorType, errorMessage, trace: [] };
    await this.#worker.terminate();
    return { ok: false, error: this.#broken };
  }

  #finish(outcome: Outcome): void {
    this.#settle?.(outcome);
    this.#settle = undefined;
  }
}

const late: unique symbol = Symbol('late');

async function within<Value>(milliseconds: number, promise: Promise<Value>): Promise<Value | typeof late> {
  let timer: NodeJS.Timeout | undefined;
  const alarm = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), milliseconds);
  });
  try {
    return await Promise.race([promise, alarm]);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
