import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { digestOfSecret } from '../accounts/secret-handle.ts';
import { ConditionFailed, calling } from './calls.ts';
import { challengeKey, factorKey, loginPartition, type RosterKey } from './keys.ts';
import { queryPage } from './query.ts';

const StoredPasskey = z.object({
  /** As the authenticator made it, base64url; up to 1,023 bytes, so that keys hold its digest. */
  credentialId: z.string(),
  /** COSE key. */
  publicKey: z.instanceof(Uint8Array),
  /** Signatures that the authenticator says it has made; 0 for ever where it does not count. */
  signatures: z.int().nonnegative(),
  transports: z.array(z.string()),
  name: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().optional(),
});
type StoredPasskey = z.infer<typeof StoredPasskey>;

/** `id`: what it goes by outside, a digest of what the authenticator calls it. */
export type Passkey = StoredPasskey & { id: string };

export const mostPasskeys = 20;
const challengeMs = 5 * 60_000;

/** Whose registration it is; nobody's where somebody is to sign in. */
type For = { district: string; account: string } | undefined;

/**
 * Passkeys, and what is to be signed by them. `logins`: pk = district, `login`, account; sk = `factor`, `passkey` and digest, or
 * `factor`, `challenge`: one registration at a time. For sign-ins: pk = nothing, `challenge`, digest; sk = `challenge`.
 */
export class Passkeys {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async openChallenge(whose: For, challenge: string, now: Date): Promise<void> {
    const digest = digestOfSecret(challenge);
    const until = new Date(now.getTime() + challengeMs);
    const expiresAt = Math.ceil(until.getTime() / 1000);
    const Item = { ...keyOf(whose, digest), digest, until: until.toISOString(), expiresAt };
    await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item })));
  }

  /** @returns whether it was open; it never is again */
  async takeChallenge(whose: For, challenge: string, now: Date): Promise<boolean> {
    const digest = digestOfSecret(challenge);
    try {
      await calling(
        this.#dynamo.send(
          new DeleteCommand({
            TableName: this.#table,
            Key: keyOf(whose, digest),
            ConditionExpression: 'digest = :digest AND #until > :now',
            ExpressionAttributeNames: { '#until': 'until' },
            ExpressionAttributeValues: { ':digest': digest, ':now': now.toISOString() },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return false;
    }
  }

  /** @returns nothing where the account has it already */
  async add(district: string, account: string, passkey: StoredPasskey): Promise<Passkey | undefined> {
    const id = digestOfSecret(passkey.credentialId);
    try {
      await calling(
        this.#dynamo.send(
          new PutCommand({
            TableName: this.#table,
            Item: { ...factorKey(district, account, 'passkey', id), ...passkey },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      );
      return { ...passkey, id };
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return undefined;
    }
  }

  /** All of an account, in the order of their ids. */
  async list(district: string, account: string): Promise<Passkey[]> {
    const { items } = await queryPage(this.#dynamo, {
      table: this.#table,
      partition: loginPartition(district, account),
      prefix: `${factorKey(district, account, 'passkey').sk}#`,
      limit: 1000,
    });
    return items.map(parsed);
  }

  async find(district: string, account: string, credentialId: string): Promise<Passkey | undefined> {
    const Key = factorKey(district, account, 'passkey', digestOfSecret(credentialId));
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item === undefined ? undefined : parsed(Item);
  }

  /** @returns whether it was still there, and had not signed more since */
  async use(
    district: string,
    account: string,
    { id, signatures, now }: { id: string; signatures: number; now: Date },
  ): Promise<boolean> {
    try {
      await calling(
        this.#dynamo.send(
          new UpdateCommand({
            TableName: this.#table,
            Key: factorKey(district, account, 'passkey', id),
            UpdateExpression: 'SET signatures = :signatures, lastUsedAt = :now',
            ConditionExpression: 'attribute_exists(pk) AND signatures <= :signatures',
            ExpressionAttributeValues: { ':signatures': signatures, ':now': now.toISOString() },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return false;
    }
  }

  /** @returns whether there was one */
  async remove(district: string, account: string, id: string): Promise<boolean> {
    const { Attributes } = await calling(
      this.#dynamo.send(
        new DeleteCommand({
          TableName: this.#table,
          Key: factorKey(district, account, 'passkey', id),
          ReturnValues: 'ALL_OLD',
        }),
      ),
    );
    return Attributes !== undefined;
  }
}

function keyOf(whose: For, digest: string): RosterKey {
  return whose === undefined ? challengeKey(digest) : factorKey(whose.district, whose.account, 'challenge');
}

function parsed(item: Record<string, unknown>): Passkey {
  const id = String(item.sk).split('#').at(-1) ?? '';
  return { ...StoredPasskey.parse(item), id };
}
