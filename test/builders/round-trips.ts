import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Counts what a client sends. Calls that are under way at the same time are one round trip: nobody waits for them twice. */
export class RoundTrips {
  calls = 0;
  trips = 0;
  #underWay = 0;

  constructor(dynamo: DynamoDBDocumentClient) {
    dynamo.middlewareStack.add(
      (next) => async (args) => {
        if (this.#underWay === 0) this.trips += 1;
        this.#underWay += 1;
        this.calls += 1;
        try {
          return await next(args);
        } finally {
          this.#underWay -= 1;
        }
      },
      { step: 'initialize' },
    );
  }

  async of<T>(work: () => Promise<T>): Promise<{ answer: T; trips: number; calls: number }> {
    const [trips, calls] = [this.trips, this.calls];
    const answer = await work();
    return { answer, trips: this.trips - trips, calls: this.calls - calls };
  }
}
