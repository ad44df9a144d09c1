import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { digestOfSecret } from '../accounts/secret-handle.ts';
import { networkOf } from '../audit/line.ts';
import { ConditionFailed, calling } from './calls.ts';
import { rateKey } from './keys.ts';

/** `address`: of the caller, kept as a digest alone. */
type Call = { route: string; address: string; mostPerMinute: number; now: Date };

const minuteMs = 60_000;
const mostRemembered = 10_000;

/**
 * How often an address has called a route that anybody may call, in the minute of the clock. Of IPv6 a network counts as one, since a
 * caller has as many addresses as they like. `tenants`: pk = `rate`, digest of route, address and minute; sk = `calls`.
 */
export class RateLimits {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;
  /** Those who have had all their calls, and of which minute: they cost no write any more. */
  #full = new Map<string, number>();

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** Counts a call. @returns for how many seconds there is none any more, where that is so */
  async take({ route, address, mostPerMinute, now }: Call): Promise<number | undefined> {
    const minute = Math.floor(now.getTime() / minuteMs);
    const end = (minute + 1) * minuteMs;
    const wait = Math.ceil((end - now.getTime()) / 1000);
    const who = address.includes('.') ? address : (networkOf(address) ?? address);
    const digest = digestOfSecret(JSON.stringify([route, who, minute]));
    if (this.#full.has(digest)) return wait;
    try {
      await calling(
        this.#dynamo.send(
          new UpdateCommand({
            TableName: this.#table,
            Key: rateKey(digest),
            UpdateExpression: 'SET expiresAt = :end ADD calls :one',
            ConditionExpression: 'attribute_not_exists(calls) OR calls < :most',
            ExpressionAttributeValues: { ':end': end / 1000, ':one': 1, ':most': mostPerMinute },
          }),
        ),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      this.#remember(digest, minute);
      return wait;
    }
  }

  #remember(digest: string, minute: number): void {
    if (this.#full.size >= mostRemembered) {
      this.#full = new Map([...this.#full].filter(([, of]) => of === minute));
    }
    if (this.#full.size < mostRemembered) this.#full.set(digest, minute);
  }
}
