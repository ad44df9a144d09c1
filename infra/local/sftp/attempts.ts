/**
 * Guessing from one address, on top of the lock of each account, which guesses at many accounts would not meet. A school's people often
 * share an address, so it takes many.
 */
const mostFailures = 30;
const withinMs = 15 * 60_000;
/** Addresses that are remembered; of more, the oldest are forgotten. */
const mostAddresses = 10_000;

export class Attempts {
  readonly #failures = new Map<string, { count: number; until: number }>();
  readonly #now: () => number;

  /** @param now milliseconds since some moment */
  constructor(now: () => number) {
    this.#now = now;
  }

  isClosedTo(address: string): boolean {
    const found = this.#failures.get(address);
    return found !== undefined && found.until > this.#now() && found.count >= mostFailures;
  }

  failed(address: string): void {
    const found = this.#failures.get(address);
    const isOn = found !== undefined && found.until > this.#now();
    const until = isOn ? found.until : this.#now() + withinMs;
    this.#failures.delete(address);
    this.#failures.set(address, { count: (isOn ? found.count : 0) + 1, until });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > mostAddresses && oldest !== undefined) this.#failures.delete(oldest);
  }
}
