import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { decodeTime, ulid } from 'ulid';
import * as z from 'zod';
import { tokenSeconds } from '../messages/caller.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import { signingKeyKey, verifyingKeysKey } from './keys.ts';

/** The one algorithm of our tokens; nothing else is made or taken. */
export const tokenAlgorithm = 'ES256';

const dayMs = 24 * 3600 * 1000;
/** A key that has signed for so long makes room for another. */
const longestUseMs = 90 * dayMs;
/** Whoever has read a key just before it was replaced signs with it for no longer. */
const lateMs = 60_000;

const Jwk = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256') });
const SigningKey = z.object({ kid: z.string(), jwk: Jwk.extend({ d: z.string() }) });
const VerifyingKeys = z.object({
  keys: z.record(z.string(), Jwk),
  /** When the last token of a former key ends, by `kid`: milliseconds since the epoch. */
  until: z.record(z.string(), z.number()).default({}),
});
type VerifyingKeys = z.infer<typeof VerifyingKeys>;
/** `since`, `until`: milliseconds since the epoch. */
export type VerifyingKey = { jwk: JWK; since: number; until?: number | undefined };

/**
 * The key pairs of tokens: one that signs, made on first use and again after ninety days, and the public halves of those before it
 * while their tokens last. `tenants`: the private half alone, and a map of public halves by `kid`, a ULID.
 */
export class SigningKeys {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** For issue-token only. Whoever comes first makes the pair; everybody gets that one. */
  async signing(now: Date): Promise<{ kid: string; jwk: JWK }> {
    const found = await this.#signing();
    if (found !== undefined && now.getTime() - decodeTime(found.kid) < longestUseMs) return found;
    return this.#replace(found?.kid, { now, former: 'keep' });
  }

  /** A new key from now on. Of several at the same time, one makes it, and all get that one. */
  async rotate(now: Date, former: 'keep' | 'end'): Promise<{ kid: string }> {
    const { kid } = await this.#replace((await this.#signing())?.kid, { now, former });
    return { kid };
  }

  /** Public halves by `kid`, of keys with tokens that last; none before the first token. */
  async verifying(now: Date): Promise<Record<string, VerifyingKey>> {
    const { keys, until } = await this.#verifying();
    const good = Object.entries(keys).filter(([kid]) => (until[kid] ?? Infinity) > now.getTime());
    return Object.fromEntries(
      good.map(([kid, jwk]) => [kid, { jwk, since: decodeTime(kid), until: until[kid] }]),
    );
  }

  /** @param seen the key to replace; nothing changes where another has come in its place */
  async #replace(
    seen: string | undefined,
    { now, former }: { now: Date; former: 'keep' | 'end' },
  ): Promise<{ kid: string; jwk: JWK }> {
    const pair = await generateKeyPair(tokenAlgorithm, { extractable: true });
    const kid = ulid(now.getTime());
    const jwk = await exportJWK(pair.privateKey);
    const kept = former === 'keep' ? stillGood(await this.#verifying(), seen, now) : { keys: {}, until: {} };
    const keys = { ...kept.keys, [kid]: await exportJWK(pair.publicKey) };
    const ifSeen =
      seen === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'kid = :seen', ExpressionAttributeValues: { ':seen': seen } };
    try {
      await transact(this.#dynamo, [
        { Put: { TableName: this.#table, Item: { ...signingKeyKey, kid, jwk }, ...ifSeen } },
        { Put: { TableName: this.#table, Item: { ...verifyingKeysKey, keys, until: kept.until } } },
      ]);
      return { kid, jwk };
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      const present = await this.#signing();
      if (present === undefined) throw error;
      return present;
    }
  }

  async #signing(): Promise<z.infer<typeof SigningKey> | undefined> {
    const found = await this.#read(signingKeyKey);
    return found === undefined ? undefined : SigningKey.parse(found);
  }

  async #verifying(): Promise<VerifyingKeys> {
    return VerifyingKeys.parse((await this.#read(verifyingKeysKey)) ?? { keys: {} });
  }

  async #read(Key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item;
  }
}

/** The keys that have tokens left, with the one that signed until now among the former. */
function stillGood({ keys, until }: VerifyingKeys, last: string | undefined, now: Date): VerifyingKeys {
  const at = now.getTime();
  const ends = { ...until, ...(last === undefined ? {} : { [last]: at + tokenSeconds * 1000 + lateMs }) };
  const good = Object.keys(keys).filter((kid) => (ends[kid] ?? 0) > at);
  const of = <T>(all: Record<string, T>) =>
    Object.fromEntries(Object.entries(all).filter(([kid]) => good.includes(kid)));
  return { keys: of(keys), until: of(ends) };
}
