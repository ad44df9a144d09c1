import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { ExecutionEnvironment, type Outcome } from './execution-environment.ts';

export type FunctionSettings = {
  name: string;
  file: string;
  exportName: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  env: Record<string, string>;
  log: Writable;
  /** How many events it may work on at once. */
  maxEnvironments: number;
};

/** Lambda's limit on what a call takes and gives. */
const maxPayloadBytes = 6 * 1024 * 1024;

/** A function: as many execution environments as its load needs and its limit allows, started when first needed. */
export class LocalFunction {
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly #settings: FunctionSettings;
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #waiting: ((environment: ExecutionEnvironment) => void)[] = [];
  #lastId = 0;
  #stopped = false;

  constructor(settings: FunctionSettings) {
    this.name = settings.name;
    this.timeoutSeconds = settings.timeoutSeconds;
    this.#settings = settings;
  }

  /** Waits for an environment where all are busy. Failures are outcomes, never thrown. */
  async invoke(event: unknown): Promise<Outcome> {
    const text = JSON.stringify(event);
    if (Buffer.byteLength(text) > maxPayloadBytes)
      return failure('RequestTooLarge', 'The event is larger than 6 MB');
    if (this.#stopped) return failure('Stopped', `${this.name} is stopping`);
    const environment = await this.#take();
    const requestId = randomUUID();
    const outcome = await environment.invoke(
      { id: ++this.#lastId, event: text, requestId },
      this.timeoutSeconds * 1000,
    );
    this.#giveBack(environment);
    if (!outcome.ok) this.#report(requestId, outcome);
    else if (Buffer.byteLength(outcome.payload) > maxPayloadBytes) {
      return failure('Function.ResponseSizeTooLarge', 'The answer is larger than 6 MB');
    }
    return outcome;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#all].map((environment) => environment.terminate()));
  }

  #take(): Promise<ExecutionEnvironment> | ExecutionEnvironment {
    const idle = this.#idle.pop(); // the one used last: its code is warm
    if (idle !== undefined) return idle;
    if (this.#all.size < this.#settings.maxEnvironments) return this.#start();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #start(): ExecutionEnvironment {
    const { name: functionName, ...settings } = this.#settings;
    const environment = new ExecutionEnvironment({ functionName, ...settings });
    this.#all.add(environment);
    return environment;
  }

  #giveBack(environment: ExecutionEnvironment): void {
    if (this.#stopped) return; // whoever still waits is let go
    if (environment.isBroken) {
      this.#all.delete(environment);
      void environment.terminate();
    }
    const next = this.#waiting.shift();
    if (next !== undefined) next(environment.isBroken ? this.#start() : environment);
    else if (!environment.isBroken) this.#idle.push(environment);
  }

  #report(requestId: string, { error }: Outcome & { ok: false }): void {
    this.#settings.log.write(
      `${JSON.stringify({ level: 'ERROR', at: new Date().toISOString(), function: this.name, requestId, ...error })}\n`,
    );
  }
}

function failure(errorType: string, errorMessage: string): Outcome {
  return { ok: false, error: { errorType, errorMessage, trace: [] } };
}
