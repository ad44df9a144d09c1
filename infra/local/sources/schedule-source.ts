import { randomUUID } from 'node:crypto';
import type { ScheduledEvent } from 'aws-lambda';
import type { LocalFunction } from '../functions/local-function.ts';
import { account, region } from '../template.ts';
import type { Source } from './source.ts';

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** @param expression `rate(1 minute)`. @throws for `cron(…)`, which nothing here uses. */
export function periodMs(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const milliseconds = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN);
  if (!(milliseconds > 0)) throw new Error(`The local runner cannot keep the schedule ${expression}`);
  return milliseconds;
}

/** Calls a function at a fixed rate; the first time at once, for what a stop of the machine left undone. */
export class ScheduleSource implements Source {
  readonly #ruleName: string;
  readonly #periodMs: number;
  readonly #target: LocalFunction;
  #timer: NodeJS.Timeout | undefined;

  constructor(ruleName: string, period: number, target: LocalFunction) {
    this.#ruleName = ruleName;
    this.#periodMs = period;
    this.#target = target;
  }

  start(): void {
    this.#fire();
    this.#timer = setInterval(() => this.#fire(), this.#periodMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #fire(): void {
    const event: ScheduledEvent = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account,
      time: new Date().toISOString(),
      region,
      resources: [`arn:aws:events:${region}:${account}:rule/${this.#ruleName}`],
      detail: {},
    };
    void this.#target.invoke(event); // a failure is in its log, and the next time comes anyway
  }
}
