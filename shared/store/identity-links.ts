import { createHash } from 'node:crypto';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { RequestError } from '../errors.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import {
  identityLinkKey,
  identityPrefix,
  loginPartition,
  type RosterKey,
  splitKey,
  subjectKey,
} from './keys.ts';
import { queryAll } from './query.ts';

const StoredLink = z.object({
  issuer: z.string(),
  subject: z.string(),
  linkedAt: z.string(),
  linkedBy: z.string(),
});
type StoredLink = z.infer<typeof StoredLink>;

/** Who an account is at a provider. `subject`: the provider's stable id of the person. */
export type IdentityLink = StoredLink & { account: string; provider: string };

const StoredSubject = z.object({ account: z.string(), provider: z.string() });
type Holder = z.infer<typeof StoredSubject>;

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;
type Deletion = { Delete: NonNullable<Writes[number]['Delete']> };

/**
 * Who accounts are at identity providers. `logins`: pk = district, `login`, account; sk = `identity`, provider. Whose a subject is, for
 * signing in: pk = district, `subject`, digest of issuer and subject. The account's own item is what counts: where it is gone with its
 * account, the other stands for nobody.
 */
export class IdentityLinks {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async find(district: string, account: string, provider: string): Promise<IdentityLink | undefined> {
    const item = await this.#get(identityLinkKey(district, account, provider));
    return item === undefined ? undefined : { ...StoredLink.parse(item), account, provider };
  }

  /** The link of a subject, by whichever provider of the district with this issuer it was made. */
  async ofSubject(
    district: string,
    who: { issuer: string; subject: string },
  ): Promise<IdentityLink | undefined> {
    const { link } = await this.#holderOf(district, digestOf(who));
    return link;
  }

  /**
   * In place of another that the account had at the provider. Again, it changes nothing.
   * @throws {RequestError} conflict: `identity-taken` where another account, or the same by another provider, is that subject;
   * precondition-failed where somebody else was faster
   */
  async put(district: string, link: IdentityLink): Promise<void> {
    const { account, provider, ...kept } = link;
    const digest = digestOf(link);
    const [before, at] = await Promise.all([
      this.find(district, account, provider),
      this.#holderOf(district, digest),
    ]);
    if (at.link !== undefined) {
      if (at.link.account === account && at.link.provider === provider) return;
      throw taken();
    }
    const own = identityLinkKey(district, account, provider);
    const writes: Writes = [
      this.#puts(
        own,
        kept,
        before && ['subject = :was AND issuer = :of', { ':was': before.subject, ':of': before.issuer }],
      ),
      this.#puts(subjectKey(district, digest), { account, provider }, at.holder && heldBy(at.holder)),
    ];
    if (before !== undefined && digestOf(before) !== digest) writes.push(this.#forgets(district, before));
    // Whoever held the subject and is gone must not come to say so again meanwhile.
    const held = at.holder && identityLinkKey(district, at.holder.account, at.holder.provider);
    if (held !== undefined && (held.pk !== own.pk || held.sk !== own.sk))
      writes.push(this.#saysNot(held, link));
    try {
      await transact(this.#dynamo, writes);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      throw error.writes.includes(1) ? taken(error) : changedMeanwhile(error);
    }
  }

  /** @throws {RequestError} precondition-failed where it is another by now */
  async remove(district: string, link: IdentityLink): Promise<void> {
    const { account, provider, issuer, subject } = link;
    try {
      await transact(this.#dynamo, [
        {
          Delete: {
            TableName: this.#table,
            Key: identityLinkKey(district, account, provider),
            ConditionExpression: 'subject = :was AND issuer = :of',
            ExpressionAttributeValues: { ':was': subject, ':of': issuer },
          },
        },
        this.#forgets(district, link),
      ]);
    } catch (error) {
      throw error instanceof ConditionFailed ? changedMeanwhile(error) : error;
    }
  }

  /**
   * What goes with an account: subjects first, since only its own items say which they are.
   * @returns how many links there were
   */
  async removeAll(district: string, account: string): Promise<number> {
    const of = { table: this.#table, partition: loginPartition(district, account), prefix: identityPrefix };
    let gone = 0;
    for await (const item of queryAll(this.#dynamo, of)) {
      const provider = splitKey(String(item.sk))[1] ?? '';
      const link = { ...StoredLink.parse(item), account, provider };
      await this.#deletes(this.#forgets(district, link));
      await this.#deletes({
        Delete: { TableName: this.#table, Key: identityLinkKey(district, account, provider) },
      });
      gone += 1;
    }
    return gone;
  }

  /** Whoever has the subject by now keeps it. */
  async #deletes({ Delete }: Deletion): Promise<void> {
    try {
      await calling(this.#dynamo.send(new DeleteCommand(Delete)));
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }

  async #holderOf(
    district: string,
    digest: string,
  ): Promise<{ holder?: Holder; link?: IdentityLink | undefined }> {
    const item = await this.#get(subjectKey(district, digest));
    if (item === undefined) return {};
    const holder = StoredSubject.parse(item);
    const link = await this.find(district, holder.account, holder.provider);
    return { holder, link: link !== undefined && digestOf(link) === digest ? link : undefined };
  }

  /** `seen`: the condition that what was read is still there; absent where nothing was. */
  #puts(
    key: RosterKey,
    item: Record<string, unknown>,
    seen: readonly [string, Record<string, unknown>] | undefined,
  ): Writes[number] {
    const Item = { ...key, ...item };
    if (seen === undefined) {
      return { Put: { TableName: this.#table, Item, ConditionExpression: 'attribute_not_exists(pk)' } };
    }
    const [ConditionExpression, ExpressionAttributeValues] = seen;
    return { Put: { TableName: this.#table, Item, ConditionExpression, ExpressionAttributeValues } };
  }

  #forgets(district: string, link: IdentityLink): Deletion {
    const [ConditionExpression, ExpressionAttributeValues] = heldBy(link);
    const Key = subjectKey(district, digestOf(link));
    return { Delete: { TableName: this.#table, Key, ConditionExpression, ExpressionAttributeValues } };
  }

  #saysNot(Key: RosterKey, { issuer, subject }: IdentityLink): Writes[number] {
    return {
      ConditionCheck: {
        TableName: this.#table,
        Key,
        ConditionExpression: 'attribute_not_exists(pk) OR subject <> :subject OR issuer <> :issuer',
        ExpressionAttributeValues: { ':subject': subject, ':issuer': issuer },
      },
    };
  }

  async #get(Key: RosterKey): Promise<Record<string, unknown> | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item;
  }
}

function digestOf({ issuer, subject }: { issuer: string; subject: string }): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('base64url');
}

function heldBy({ account, provider }: Holder): readonly [string, Record<string, unknown>] {
  return ['account = :account AND provider = :provider', { ':account': account, ':provider': provider }];
}

function taken(cause?: unknown): RequestError {
  const message = 'This person of the provider is linked already, to another account or by another provider.';
  return new RequestError('conflict', 'identity-taken', message, { cause });
}

function changedMeanwhile(cause: unknown): RequestError {
  const message = 'Somebody changed it meanwhile.';
  return new RequestError('precondition-failed', 'changed-meanwhile', message, { cause });
}
