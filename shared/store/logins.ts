import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isLive, type Session, secondFactors, sessionLife } from '../accounts/session.ts';
import { ConditionFailed, calling } from './calls.ts';
import { loginKey, sessionKey } from './keys.ts';

const StoredLogin = z.object({
  /** In the PHC string format; absent before the first was set. */
  password: z.string().optional(),
  /** Failures in a row since the last success. */
  failures: z.int().nonnegative().default(0),
  /** ISO 8601; sessions made before it are no more. */
  sessionsFrom: z.string().optional(),
  lastSignInAt: z.string().optional(),
});
export type StoredLogin = z.infer<typeof StoredLogin>;

const StoredSession = z.object({
  createdAt: z.string(),
  seenAt: z.string(),
  by: z.string(),
  secondFactor: z.enum(secondFactors).optional(),
  limitedTo: z.literal('enrolment').optional(),
});

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

  async setPassword(district: string, account: string, password: string): Promise<void> {
    await calling(
      this.#dynamo.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: loginKey(district, account),
          UpdateExpression: 'SET password = :password, failures = :none',
          ExpressionAttributeValues: { ':password': password, ':none': 0 },
        }),
      ),
    );
  }

  async startSession(district: string, session: Session): Promise<void> {
    const { id, account, ...kept } = session;
    const expiresAt = Math.ceil((Date.parse(session.createdAt) + sessionLife.longestMs) / 1000);
    await calling(
      this.#dynamo.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...sessionKey(district, account, id), ...kept, expiresAt },
        }),
      ),
    );
  }

  /** One that is live; noting that it was used now and then. */
  async session(district: string, account: string, id: string, now: Date): Promise<Session | undefined> {
    const [stored, login] = await Promise.all([
      this.#get(sessionKey(district, account, id)),
      this.find(district, account),
    ]);
    if (stored === undefined) return undefined;
    const session: Session = { id, account, ...withoutAbsent(StoredSession.parse(stored)) };
    if (!isLive(session, { now, from: login.sessionsFrom })) return undefined;
    if (now.getTime() - Date.parse(session.seenAt) >= sessionLife.seenEveryMs) {
      await this.#seen(district, session, now);
    }
    return session;
  }

  async endSession(district: string, account: string, id: string): Promise<void> {
    await calling(
      this.#dynamo.send(
        new DeleteCommand({ TableName: this.#table, Key: sessionKey(district, account, id) }),
      ),
    );
  }

  /** All of them, from the next request on. */
  async endSessions(district: string, account: string, now: Date): Promise<void> {
    await calling(
      this.#dynamo.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: loginKey(district, account),
          UpdateExpression: 'SET sessionsFrom = :now',
          ExpressionAttributeValues: { ':now': now.toISOString() },
        }),
      ),
    );
  }

  /** One that was ended meanwhile stays so. */
  async #seen(district: string, { account, id }: Session, now: Date): Promise<void> {
    try {
      await calling(
        this.#dynamo.send(
          new UpdateCommand({
            TableName: this.#table,
            Key: sessionKey(district, account, id),
            UpdateExpression: 'SET seenAt = :now',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':now': now.toISOString() },
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }

  async #get(Key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item;
  }
}

function withoutAbsent({
  secondFactor,
  limitedTo,
  ...session
}: z.infer<typeof StoredSession>): Omit<Session, 'id' | 'account'> {
  return {
    ...session,
    ...(secondFactor === undefined ? {} : { secondFactor }),
    ...(limitedTo === undefined ? {} : { limitedTo }),
  };
}
