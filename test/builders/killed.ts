/** What an SDK client and a document client have in common. */
type Stack = {
  middlewareStack: {
    add(
      middleware: (next: (args: never) => Promise<unknown>) => (args: never) => Promise<never>,
      options: { step: 'initialize'; priority: 'high'; name: string; override: true },
    ): void;
  };
};

export class Killed extends Error {}

/**
 * Kills whoever sends through these clients at their n-th call, counted over all of them, and at every call after it until `revive`. The
 * call before which or after which it happens is chosen by `n`: a request that never left, and an answer that never came.
 */
export function killer(...clients: unknown[]) {
  let calls = 0;
  let at = Number.POSITIVE_INFINITY;
  let isDead = false;
  const die = (): never => {
    isDead = true;
    throw new Killed();
  };
  for (const client of clients) {
    // Each is a client of the SDK.
    (client as Stack).middlewareStack.add(
      (next) => async (args) => {
        calls += 1;
        if (isDead || calls === at) die();
        const answer = await next(args);
        if (calls === at - 0.5) die();
        return answer as never;
      },
      { step: 'initialize', priority: 'high', name: 'killer', override: true },
    );
  }
  return {
    /** `n` whole: before that call. With a half: after the call before it. */
    killAt(n: number) {
      [calls, at, isDead] = [0, n, false];
    },
    revive() {
      [at, isDead] = [Number.POSITIVE_INFINITY, false];
    },
    get calls() {
      return calls;
    },
  };
}
