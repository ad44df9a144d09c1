import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { CompactSign, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { ulid } from 'ulid';
import * as z from 'zod';
import { type Certificate, CertificateKey, certificateType } from '../audit/certificate.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import { certificateKeyKey, certificateKeysKey } from './keys.ts';
import { tokenAlgorithm } from './signing-keys.ts';

const Jwk = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256') });
const Private = z.object({ kid: z.string(), jwk: Jwk.extend({ d: z.string() }) });
const Public = z.object({ keys: z.record(z.string(), Jwk) });

/** The key pair that signs certificates of erasures; none of its signatures is ever taken for a token's. `tenants`: like `SigningKeys`. */
export class CertificateKeys {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** As a JWS in its compact form, ES256. */
  async sign(certificate: Certificate): Promise<string> {
    const { kid, jwk } = await this.#signing();
    const text = new TextEncoder().encode(JSON.stringify(certificate));
    return new CompactSign(text)
      .setProtectedHeader({ alg: tokenAlgorithm, kid, typ: certificateType })
      .sign(await importJWK(jwk, tokenAlgorithm));
  }

  /** Public halves, as a JWK set has them. */
  async published(): Promise<CertificateKey[]> {
    const found = await this.#read(certificateKeysKey);
    const keys = found === undefined ? {} : Public.parse(found).keys;
    return Object.entries(keys).map(([kid, jwk]) =>
      CertificateKey.parse({ ...jwk, kid, alg: tokenAlgorithm, use: 'sig' }),
    );
  }

  /** Whoever comes first makes the pair; everybody gets that one. */
  async #signing(): Promise<{ kid: string; jwk: JWK }> {
    const found = await this.#read(certificateKeyKey);
    if (found !== undefined) return Private.parse(found);
    const pair = await generateKeyPair(tokenAlgorithm, { extractable: true });
    const kid = ulid();
    const jwk = await exportJWK(pair.privateKey);
    const keys = { [kid]: await exportJWK(pair.publicKey) };
    const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
    const TableName = this.#table;
    try {
      await transact(this.#dynamo, [
        { Put: { TableName, Item: { ...certificateKeyKey, kid, jwk }, ...isNew } },
        { Put: { TableName, Item: { ...certificateKeysKey, keys }, ...isNew } },
      ]);
      return { kid, jwk };
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return Private.parse(await this.#read(certificateKeyKey));
    }
  }

  async #read(Key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item;
  }
}
