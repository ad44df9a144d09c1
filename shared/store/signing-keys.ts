import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { ulid } from 'ulid';
import * as z from 'zod';
import { ConditionFailed, calling, transact } from './calls.ts';
import { signingKeyKey, verifyingKeysKey } from './keys.ts';

/** The one algorithm of our tokens; nothing else is made or taken. */
export const tokenAlgorithm = 'ES256';

const Jwk = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256') });
const SigningKey = z.object({ kid: z.string(), jwk: Jwk.extend({ d: z.string() }) });
const VerifyingKeys = z.object({ keys: z.record(z.string(), Jwk) });

/**
 * The key pair that signs tokens, made on first use.
 * `tenants`: the private half alone, and a map of public halves by `kid`.
 */
export class SigningKeys {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** For issue-token only. Whoever comes first makes the pair; everybody gets that one. */
  async signing(): Promise<{ kid: string; jwk: JWK }> {
    const found = await this.#read(signingKeyKey);
    if (found !== undefined) return SigningKey.parse(found);
    const pair = await generateKeyPair(tokenAlgorithm, { extractable: true });
    const kid = ulid();
    const jwk = await exportJWK(pair.privateKey);
    const keys = { [kid]: await exportJWK(pair.publicKey) };
    const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
    try {
      await transact(this.#dynamo, [
        { Put: { TableName: this.#table, Item: { ...signingKeyKey, kid, jwk }, ...isNew } },
        { Put: { TableName: this.#table, Item: { ...verifyingKeysKey, keys }, ...isNew } },
      ]);
      return { kid, jwk };
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return SigningKey.parse(await this.#read(signingKeyKey));
    }
  }

  /** Public halves by `kid`; none before the first token. */
  async verifying(): Promise<Record<string, JWK>> {
    const found = await this.#read(verifyingKeysKey);
    return found === undefined ? {} : VerifyingKeys.parse(found).keys;
  }

  async #read(Key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item;
  }
}
