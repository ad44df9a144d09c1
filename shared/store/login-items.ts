import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type LockedBy, lockedBys } from '../accounts/lockout.ts';
import { sessionLife } from '../accounts/session.ts';
import { loginKey } from './keys.ts';

/** What `logins` keeps of how an account signs in; it holds no part of the account itself. */
export const StoredLogin = z.object({
  /** In the PHC string format; absent before the first was set. */
  password: z.string().optional(),
  /** It has fewer characters than a password needs that stands alone. */
  isShort: z.boolean().default(false),
  failures: z.int().nonnegative().default(0),
  deviceFailures: z.record(z.string(), z.int().positive()).default({}),
  devices: z.record(z.string(), z.string()).default({}),
  lockedBy: z.enum(lockedBys).optional(),
  /** Grows with every change of a count, a lock or the password: an outcome is written on the turn that it was found in. */
  turn: z.int().nonnegative().default(0),
  /** Grows when all sessions end: those of an earlier one are no more. */
  epoch: z.int().nonnegative().default(0),
  /** Grows when links that were mailed are to open nothing any more: a password is set, sessions are ended, the address changes. */
  links: z.int().nonnegative().default(0),
  /** The account is no more. */
  removed: z.literal(true).optional(),
});
export type StoredLogin = z.infer<typeof StoredLogin>;

/** `hash`: in the PHC string format. */
export type NewPassword = { hash: string; isShort: boolean };

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type Update = NonNullable<Write['Update']>;
type Put = NonNullable<Write['Put']>;
type At = { table: string; district: string; account: string };

/**
 * What goes with a change of an account. `lock`: somebody sets its `locked`; by `undefined` it opens to all, with nothing counted.
 * `moves`: its e-mail is another. One write for both: a transaction takes no two of one item.
 */
export function loginChanged(
  { table, district, account }: At,
  { lock, moves }: { lock?: { by: LockedBy | undefined } | undefined; moves: boolean },
): { Update: Update }[] {
  if (lock === undefined && !moves) return [];
  const by = lock?.by === undefined ? {} : { ':by': lock.by };
  const set = lock === undefined ? '' : lock.by === undefined ? cleared : 'SET lockedBy = :by';
  const raised = [...(lock === undefined ? [] : ['turn :one']), ...(moves ? ['links :one'] : [])];
  return [
    {
      Update: {
        TableName: table,
        Key: loginKey(district, account),
        UpdateExpression: `${set} ADD ${raised.join(', ')}`,
        ExpressionAttributeValues: { ...by, ':one': 1 },
      },
    },
  ];
}

/** A password by somebody who reads the account's mail, or sets it for them: every lock ends, every session and every link. */
export function passwordReset({ table, district, account }: At, password: NewPassword): { Update: Update } {
  return {
    Update: {
      TableName: table,
      Key: loginKey(district, account),
      UpdateExpression: `SET password = :password, isShort = :short ${cleared} ADD turn :one, epoch :one, links :one`,
      ExpressionAttributeValues: { ':one': 1, ':password': password.hash, ':short': password.isShort },
    },
  };
}

/** The same by a link, on condition that nothing has ended it since. `links`: of the login when it was made. */
export function passwordResetByLink(at: At, password: NewPassword, links: number): { Update: Update } {
  const { ExpressionAttributeValues, ...update } = passwordReset(at, password).Update;
  return {
    Update: {
      ...update,
      ConditionExpression: links === 0 ? '(attribute_not_exists(links) OR links = :links)' : 'links = :links',
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ':links': links },
    },
  };
}

/** Sessions and mailed links end; the login may be none yet. */
export function sessionsEnded({ table, district, account }: At): Update {
  return {
    TableName: table,
    Key: loginKey(district, account),
    UpdateExpression: 'ADD epoch :one, links :one',
    ExpressionAttributeValues: { ':one': 1 },
  };
}

const cleared = 'REMOVE failures, deviceFailures, lockedBy';

/**
 * The account is no more: nobody signs in, and whoever has is out. What stays of the item says no more than that, for longer than
 * any session lasts.
 */
export function closedLogin({ table, district, account }: At, now: Date): { Put: Put } {
  const expiresAt = Math.ceil((now.getTime() + 2 * sessionLife.longestMs) / 1000);
  const lockedBy: LockedBy = 'administrator';
  return {
    Put: {
      TableName: table,
      Item: { ...loginKey(district, account), removed: true, lockedBy, expiresAt },
    },
  };
}

/** The condition that nobody has counted, locked or set a password since, and the account is there still. */
export function onTurn({ turn }: StoredLogin): string {
  const same = turn === 0 ? '(attribute_not_exists(turn) OR turn = :turn)' : 'turn = :turn';
  return `${same} AND attribute_not_exists(removed)`;
}
