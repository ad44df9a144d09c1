import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { digestOfRecoveryCode } from '../accounts/recovery-codes.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import { factorKey, factorPrefix, loginPartition, sessionKey } from './keys.ts';
import { queryPage } from './query.ts';

const StoredTotp = z.object({
  /** Base32. */
  secret: z.string(),
  /** ISO 8601; absent before the first code has shown that the person has it. */
  confirmedAt: z.string().optional(),
  /** Of what is not confirmed: good before this, ISO 8601. */
  until: z.string().optional(),
});

const StoredRecovery = z.object({ digests: z.set(z.string()).default(new Set()) });

/** The second factors of an account; what counts is confirmed. */
export type HeldFactors = {
  totp?: { secret: string };
  /** Begun, and not confirmed yet. */
  pendingTotp?: { secret: string; until: string };
  passkeys: number;
  /** Good ones left. */
  recoveryCodes: number;
};

const pendingMs = 15 * 60_000;

/** More wrong codes than this in one session, and it removes nothing any more. */
const mostGuesses = 5;

/**
 * Codes as second factors. `logins`: pk = district, `login`, account; sk = `factor`, and `totp` or `recovery`. Passkeys lie beside
 * them and have a class of their own.
 */
export class SecondFactors {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async of(district: string, account: string): Promise<HeldFactors> {
    const items = await this.#all(district, account);
    const bySk = new Map(items.map((item) => [String(item.sk), item]));
    const totp = bySk.get(factorKey(district, account, 'totp').sk);
    const recovery = bySk.get(factorKey(district, account, 'recovery').sk);
    const passkeys = `${factorKey(district, account, 'passkey').sk}#`;
    const { digests } = StoredRecovery.parse(recovery ?? {});
    return {
      ...(totp === undefined ? {} : totpOf(StoredTotp.parse(totp))),
      passkeys: [...bySk.keys()].filter((sk) => sk.startsWith(passkeys)).length,
      recoveryCodes: digests.size,
    };
  }

  /**
   * Instead of what was begun before.
   * @returns whether there was none yet
   */
  async beginTotp(district: string, account: string, { secret, now }: Begun): Promise<boolean> {
    const until = new Date(now.getTime() + pendingMs);
    const expiresAt = Math.ceil(until.getTime() / 1000);
    const put = new PutCommand({
      TableName: this.#table,
      Item: { ...factorKey(district, account, 'totp'), secret, until: until.toISOString(), expiresAt },
      ConditionExpression: 'attribute_not_exists(confirmedAt)',
    });
    return held(calling(this.#dynamo.send(put)));
  }

  /**
   * The code of `step` is used up by it; `codes` are the recovery codes from now on.
   * @returns whether `secret` was still the one that was begun
   */
  async confirmTotp(
    district: string,
    account: string,
    { secret, now, step, codes }: Begun & { step: number; codes: readonly string[] },
  ): Promise<boolean> {
    const confirmed = {
      TableName: this.#table,
      Key: factorKey(district, account, 'totp'),
      UpdateExpression: 'SET confirmedAt = :now, lastStep = :step REMOVE #until, expiresAt',
      ConditionExpression: 'secret = :secret AND attribute_not_exists(confirmedAt)',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':now': now.toISOString(), ':step': step, ':secret': secret },
    };
    const put = { TableName: this.#table, Item: recoveryItem(district, account, codes) };
    return held(transact(this.#dynamo, [{ Update: confirmed }, { Put: put }]));
  }

  /** @returns whether no code of that step or of a later one was used before */
  async useStep(district: string, account: string, step: number): Promise<boolean> {
    return this.#update({
      Key: factorKey(district, account, 'totp'),
      UpdateExpression: 'SET lastStep = :step',
      ConditionExpression: 'attribute_exists(confirmedAt) AND lastStep < :step',
      ExpressionAttributeValues: { ':step': step },
    });
  }

  /** @returns whether it was one, and not used before */
  async useRecoveryCode(district: string, account: string, code: string): Promise<boolean> {
    const digest = digestOfRecoveryCode(code);
    return this.#update({
      Key: factorKey(district, account, 'recovery'),
      UpdateExpression: 'DELETE digests :digests',
      ConditionExpression: 'contains(digests, :digest)',
      ExpressionAttributeValues: { ':digests': new Set([digest]), ':digest': digest },
    });
  }

  /** Instead of those of before. */
  async putRecoveryCodes(district: string, account: string, codes: readonly string[]): Promise<void> {
    const Item = recoveryItem(district, account, codes);
    await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item })));
  }

  /**
   * Takes one of the guesses that a session has, before the guess is looked at.
   * @returns whether there was one left
   */
  async takeGuess(district: string, account: string, session: string): Promise<boolean> {
    return this.#update({
      Key: sessionKey(district, account, session),
      UpdateExpression: 'ADD guesses :one',
      ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(guesses) OR guesses < :most)',
      ExpressionAttributeValues: { ':one': 1, ':most': mostGuesses },
    });
  }

  async removeTotp(district: string, account: string): Promise<void> {
    await this.#delete(factorKey(district, account, 'totp'));
    await this.tidy(district, account);
  }

  /** Recovery codes stand in for a factor: they go with the last one. */
  async tidy(district: string, account: string): Promise<void> {
    const { totp, passkeys } = await this.of(district, account);
    if (totp === undefined && passkeys === 0) await this.#delete(factorKey(district, account, 'recovery'));
  }

  /**
   * Passkeys, codes and all that was begun: what an administrator takes away, and what goes with an account.
   * @returns how many items there were
   */
  async removeAll(district: string, account: string): Promise<number> {
    const items = await this.#all(district, account);
    await Promise.all(items.map(({ pk, sk }) => this.#delete({ pk: String(pk), sk: String(sk) })));
    return items.length;
  }

  async #all(district: string, account: string): Promise<Record<string, unknown>[]> {
    const { items, more } = await queryPage(this.#dynamo, {
      table: this.#table,
      partition: loginPartition(district, account),
      prefix: factorPrefix,
      limit: 1000,
    });
    // A part of them might say that there is none.
    if (more) throw new Error('An account has more second factors than it can have.');
    return items;
  }

  #update(input: Omit<UpdateCommandInput, 'TableName'>): Promise<boolean> {
    const update = new UpdateCommand({ ...input, TableName: this.#table });
    return held(calling(this.#dynamo.send(update)));
  }

  async #delete(Key: { pk: string; sk: string }): Promise<void> {
    await calling(this.#dynamo.send(new DeleteCommand({ TableName: this.#table, Key })));
  }
}

type Begun = { secret: string; now: Date };

function recoveryItem(district: string, account: string, codes: readonly string[]) {
  return { ...factorKey(district, account, 'recovery'), digests: new Set(codes.map(digestOfRecoveryCode)) };
}

function totpOf({
  secret,
  confirmedAt,
  until,
}: z.infer<typeof StoredTotp>): Pick<HeldFactors, 'totp' | 'pendingTotp'> {
  if (confirmedAt !== undefined) return { totp: { secret } };
  return until === undefined ? {} : { pendingTotp: { secret, until } };
}

/** Whether a write's own condition held. */
async function held(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return false;
  }
}
