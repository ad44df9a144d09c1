import { generateKeyPairSync } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { PrivateSealKey, SealKey, SignedSeal, signSeal } from '../audit/seal.ts';
import { RequestError } from '../errors.ts';
import type { AuditChains } from './audit-chains.ts';
import { ConditionFailed, calling } from './calls.ts';
import type { Page } from './cursors.ts';
import { sealKeyKey } from './keys.ts';

type Stores = { dynamo: DynamoDBDocumentClient; s3: S3Client; tenants: string; bucket: string };

/**
 * What the chains of a district ended with, signed and put where nothing is overwritten. `seals` bucket: `<district>/<time>.json`.
 * `tenants`: the key, made on first use.
 */
export class AuditSeals {
  readonly #stores: Stores;
  readonly #chains: Pick<AuditChains, 'heads'>;

  constructor(stores: Stores, chains: Pick<AuditChains, 'heads'>) {
    this.#stores = stores;
    this.#chains = chains;
  }

  /** `district` as in the lines of its audit. */
  async seal(district: string, now: Date): Promise<SignedSeal> {
    const [key, heads] = await Promise.all([this.#key(), this.#chains.heads(district)]);
    const at = now.toISOString();
    const signed = signSeal({ district, at, heads }, key);
    const { s3, bucket } = this.#stores;
    const body = { Body: JSON.stringify(signed), ContentType: 'application/json' };
    await calling(s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${district}/${at}.json`, ...body })));
    return signed;
  }

  /** The oldest first. */
  async list(
    district: string,
    { limit, cursor }: { limit: number; cursor?: string | undefined },
  ): Promise<Page<SignedSeal> & { keys: SealKey[] }> {
    const { s3, bucket } = this.#stores;
    const Prefix = `${district}/`;
    if (cursor !== undefined && !/^[\w:.-]+$/.test(cursor)) {
      throw new RequestError('malformed', 'cursor-invalid', 'The cursor is not one of this list.');
    }
    const { Contents = [], IsTruncated } = await calling(
      s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix,
          MaxKeys: limit,
          ...(cursor === undefined ? {} : { StartAfter: Prefix + cursor }),
        }),
      ),
    );
    const names = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    const items = await Promise.all(names.map((name) => this.#read(name)));
    const last = names.at(-1)?.slice(Prefix.length);
    const key = SealKey.parse(await this.#key());
    return { items, keys: [key], ...(IsTruncated && last !== undefined ? { cursor: last } : {}) };
  }

  async #read(Key: string): Promise<SignedSeal> {
    const { s3, bucket } = this.#stores;
    const { Body } = await calling(s3.send(new GetObjectCommand({ Bucket: bucket, Key })));
    return SignedSeal.parse(JSON.parse((await Body?.transformToString('utf-8')) ?? ''));
  }

  /** Whoever comes first makes it; everybody gets that one. */
  async #key(): Promise<z.infer<typeof PrivateSealKey>> {
    const found = await this.#kept();
    if (found !== undefined) return found;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const made = PrivateSealKey.parse(privateKey.export({ format: 'jwk' }));
    const { dynamo, tenants } = this.#stores;
    try {
      await calling(
        dynamo.send(
          new PutCommand({
            TableName: tenants,
            Item: { ...sealKeyKey, jwk: made },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
    return PrivateSealKey.parse(await this.#kept());
  }

  async #kept(): Promise<z.infer<typeof PrivateSealKey> | undefined> {
    const { dynamo, tenants } = this.#stores;
    const { Item } = await calling(
      dynamo.send(new GetCommand({ TableName: tenants, Key: sealKeyKey, ConsistentRead: true })),
    );
    return Item === undefined ? undefined : PrivateSealKey.parse(Item.jwk);
  }
}
