import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { digestOfSecret } from '../accounts/secret-handle.ts';
import { isLive, type Session, secondFactors, sessionLife } from '../accounts/session.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import { loginKey, loginPartition, sessionKey, sessionPrefix, splitKey } from './keys.ts';
import { passwordReset, StoredLogin, sessionsEnded } from './login-items.ts';
import { queryAll } from './query.ts';

const StoredSession = z.object({
  createdAt: z.string(),
  seenAt: z.string(),
  by: z.string(),
  secondFactor: z.enum(secondFactors).optional(),
  limitedTo: z.literal('enrolment').optional(),
  rotatedAt: z.string().optional(),
  device: z.string().optional(),
  epoch: z.int().nonnegative(),
  /** Of one that goes by another secret now: until when it is good still, and that one's digest. */
  goodUntil: z.string().optional(),
  next: z.string().optional(),
  /** Digest of the secret that it went by before. */
  previous: z.string().optional(),
});

const Neighbours = StoredSession.pick({ next: true, previous: true });
type Neighbours = z.infer<typeof Neighbours>;

/**
 * How accounts sign in, and who has. `logins`: pk = district, `login`, account; sk = `login`, or a session. Nothing that an
 * administrator reads stands here.
 */
export class Logins {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async find(district: string, account: string): Promise<StoredLogin> {
    return StoredLogin.parse((await this.#get(loginKey(district, account))) ?? {});
  }

  /** Whoever sets it for somebody: every lock, count, session and link ends. */
  async setPassword(district: string, account: string, hash: string, isShort = false): Promise<void> {
    const { Update } = passwordReset({ table: this.#table, district, account }, { hash, isShort });
    await calling(this.#dynamo.send(new UpdateCommand(Update)));
  }

  /** The same password, hashed anew: nothing ends by it, no attempt races with it, and one that was set since stays. */
  rehash(district: string, account: string, { seen, hash }: { seen: string; hash: string }): Promise<void> {
    return this.#ifStill({
      Key: loginKey(district, account),
      UpdateExpression: 'SET password = :password',
      ConditionExpression: 'password = :seen',
      ExpressionAttributeValues: { ':password': hash, ':seen': seen },
    });
  }

  /** `epoch`: of the login that was found open to it; where all sessions have ended since, so has this one. */
  async startSession(district: string, session: Session, epoch: number): Promise<void> {
    await calling(this.#dynamo.send(new PutCommand(this.#putting(district, session, epoch))));
  }

  /** One that is live; noting that it was used now and then. */
  async session(district: string, account: string, id: string, now: Date): Promise<Session | undefined> {
    const [stored, login] = await Promise.all([
      this.#get(sessionKey(district, account, id)),
      this.find(district, account),
    ]);
    if (stored === undefined || login.removed) return undefined;
    const { session, epoch } = sessionOf(account, id, stored);
    if (epoch !== login.epoch || !isLive(session, now)) return undefined;
    if (now.getTime() - Date.parse(session.seenAt) >= sessionLife.seenEveryMs) {
      await this.#seen(district, session, now);
    }
    return session;
  }

  /** All that are live, the newest first; one that goes by another secret since is that one. */
  async sessions(district: string, account: string, now: Date): Promise<Session[]> {
    const { epoch, removed } = await this.find(district, account);
    if (removed) return [];
    const partition = loginPartition(district, account);
    const live: Session[] = [];
    const of = { table: this.#table, partition, prefix: `${sessionPrefix}#` };
    for await (const stored of queryAll(this.#dynamo, of)) {
      const found = sessionOf(account, splitKey(String(stored.sk)).at(-1) ?? '', stored);
      const isIt = found.epoch === epoch && found.session.goodUntil === undefined;
      if (isIt && isLive(found.session, now)) live.push(found.session);
    }
    return live.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  }

  /**
   * Gives a session another secret; the old one is good for a while, so that requests under way do not fail.
   * @returns the new one's session, or nothing where another request was faster
   */
  async rotate(
    district: string,
    session: Session,
    { secret, now }: { secret: string; now: Date },
  ): Promise<Session | undefined> {
    const { goodUntil: _, ...kept } = session;
    const at = now.toISOString();
    const fresh: Session = { ...kept, id: digestOfSecret(secret), rotatedAt: at, seenAt: at };
    const { epoch } = await this.find(district, session.account);
    const retired = {
      TableName: this.#table,
      Key: sessionKey(district, session.account, session.id),
      UpdateExpression: 'SET goodUntil = :until, #next = :next',
      ConditionExpression: 'attribute_not_exists(goodUntil) AND epoch = :epoch',
      ExpressionAttributeNames: { '#next': 'next' },
      ExpressionAttributeValues: {
        ':until': new Date(now.getTime() + sessionLife.rotatedMs).toISOString(),
        ':next': fresh.id,
        ':epoch': epoch,
      },
    };
    try {
      const put = this.#putting(district, fresh, epoch);
      const Put = { ...put, Item: { ...put.Item, previous: session.id } };
      await transact(this.#dynamo, [{ Update: retired }, { Put }]);
      return fresh;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return undefined;
    }
  }

  /**
   * Also under the secrets that it goes by since, and by the one before, which may be good for a while yet.
   * @returns whether there was one
   */
  async endSession(district: string, account: string, id: string): Promise<boolean> {
    const found = await this.#takeOut(district, account, id);
    if (found?.previous !== undefined) await this.#takeOut(district, account, found.previous);
    if (found?.next !== undefined) await this.endSession(district, account, found.next);
    return found !== undefined;
  }

  async #takeOut(district: string, account: string, id: string): Promise<Neighbours | undefined> {
    const { Attributes } = await calling(
      this.#dynamo.send(
        new DeleteCommand({
          TableName: this.#table,
          Key: sessionKey(district, account, id),
          ReturnValues: 'ALL_OLD',
        }),
      ),
    );
    return Attributes === undefined ? undefined : Neighbours.parse(Attributes);
  }

  /** All of them, from the next request on; links that were mailed before open nothing any more. */
  async endSessions(district: string, account: string): Promise<void> {
    await calling(
      this.#dynamo.send(new UpdateCommand(sessionsEnded({ table: this.#table, district, account }))),
    );
  }

  /** One that was ended meanwhile stays so. */
  #seen(district: string, { account, id }: Session, now: Date): Promise<void> {
    return this.#ifStill({
      Key: sessionKey(district, account, id),
      UpdateExpression: 'SET seenAt = :now',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':now': now.toISOString() },
    });
  }

  /** Nothing where its condition does not hold. */
  async #ifStill(update: Omit<UpdateCommandInput, 'TableName'>): Promise<void> {
    try {
      await calling(this.#dynamo.send(new UpdateCommand({ TableName: this.#table, ...update })));
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }

  #putting(district: string, session: Session, epoch: number) {
    const { id, account, goodUntil: _, ...kept } = session;
    const expiresAt = Math.ceil((Date.parse(session.createdAt) + sessionLife.longestMs) / 1000);
    return {
      TableName: this.#table,
      Item: { ...sessionKey(district, account, id), ...kept, epoch, expiresAt },
    };
  }

  async #get(Key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item;
  }
}

function sessionOf(
  account: string,
  id: string,
  stored: Record<string, unknown>,
): { session: Session; epoch: number } {
  const { epoch, next: _, previous: __, ...kept } = StoredSession.parse(stored);
  return { session: { id, account, ...withoutAbsent(kept) }, epoch };
}

type Kept = Omit<z.infer<typeof StoredSession>, 'epoch' | 'next' | 'previous'>;

function withoutAbsent({
  secondFactor,
  limitedTo,
  rotatedAt,
  goodUntil,
  device,
  ...session
}: Kept): Omit<Session, 'id' | 'account'> {
  return {
    ...session,
    ...(secondFactor === undefined ? {} : { secondFactor }),
    ...(limitedTo === undefined ? {} : { limitedTo }),
    ...(rotatedAt === undefined ? {} : { rotatedAt }),
    ...(goodUntil === undefined ? {} : { goodUntil }),
    ...(device === undefined ? {} : { device }),
  };
}
