import { type DynamoDBDocumentClient, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Account } from '../accounts/account.ts';
import {
  afterFailure,
  afterSuccess,
  type Counts,
  forgotten,
  isKnown,
  type LockedBy,
} from '../accounts/lockout.ts';
import { StoreUnavailable } from '../errors.ts';
import { locking } from './account-lock.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import { ChangeLog } from './change-log.ts';
import { accountKey, loginKey } from './keys.ts';
import { type NewPassword, onTurn, passwordResetByLink, type StoredLogin } from './login-items.ts';
import { type OpenTicket, usingTicket } from './tickets.ts';

type Tables = { logins: string; accounts: string; access: string; syncs: string };
type Tied = Pick<Account, 'id' | 'user'>;

/** `account`: absent where nobody has the name; what is counted then locks nothing, and is forgotten. */
export type Trying = {
  district: string;
  id: string;
  account: Tied | undefined;
  /** Digest of the secret of a device's cookie; of a strange one, the one that it is to be known by. */
  device: string | undefined;
  now: Date;
};

/** How long that is kept which is counted of names that nobody has. */
const decoySeconds = 24 * 3600;

/**
 * What becomes of attempts to sign in. Each outcome is one write, on condition that no other was faster: attempts at once come out as
 * if they had been made one after the other. `logins`: the item of `StoredLogin`; a lock stands in `accounts` and `access` too.
 */
export class LoginOutcomes {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: Tables;
  readonly #log: ChangeLog;

  constructor(dynamo: DynamoDBDocumentClient, tables: Tables) {
    this.#dynamo = dynamo;
    this.#tables = tables;
    this.#log = new ChangeLog(dynamo, tables.syncs);
  }

  /**
   * Counts a failure, where it was not closed; the fifth locks in the same write.
   * @returns who has locked it by this failure; `raced` where somebody was faster, and nothing was counted
   */
  async failed(trying: Trying, seen: StoredLogin): Promise<'counted' | 'raced' | LockedBy> {
    const after = afterFailure(seen, trying.device);
    const counted = this.#counting(trying, seen, after);
    const { lockedBy } = after;
    if (lockedBy === undefined || lockedBy === seen.lockedBy) {
      return (await this.#decides(counted)) ? 'counted' : 'raced';
    }
    return (await this.#locks(trying, counted, lockedBy)) ? lockedBy : 'raced';
  }

  /** An attempt that was closed: nothing is counted, and as much is written as of one that is. */
  async refused({ district, id, account, now }: Trying): Promise<void> {
    await this.#decides({
      TableName: this.#tables.logins,
      Key: loginKey(district, id),
      UpdateExpression: `SET triedAt = :now${account === undefined ? ', expiresAt = :end' : ''}`,
      ExpressionAttributeValues: {
        ':now': now.toISOString(),
        ...(account === undefined ? { ':end': decoyEnd(now) } : {}),
      },
    });
  }

  /**
   * Clears what was counted where it happened, and knows the device from then on, where there is one to be known.
   * @returns false where somebody was faster
   */
  async succeeded(trying: Trying, seen: StoredLogin): Promise<boolean> {
    const { device, now } = trying;
    const after = afterSuccess(seen, device);
    const isCleared =
      after.failures !== seen.failures || (device !== undefined && device in seen.deviceFailures);
    const key = { TableName: this.#tables.logins, Key: loginKey(trying.district, trying.id) };
    const values = { ':turn': seen.turn, ':now': now.toISOString() };
    const clears = isCleared ? { ':failures': after.failures, ':own': after.deviceFailures, ':one': 1 } : {};
    const cleared = isCleared ? ', failures = :failures, deviceFailures = :own' : '';
    const turned = isCleared ? ' ADD turn :one' : '';
    if (device === undefined) {
      return this.#decides({
        ...key,
        UpdateExpression: `SET triedAt = :now${cleared}${turned}`,
        ConditionExpression: onTurn(seen),
        ExpressionAttributeValues: { ...values, ...clears },
      });
    }
    if (Object.keys(seen.devices).length === 0) {
      return this.#decides({
        ...key,
        UpdateExpression: `SET devices = :first${cleared}${turned}`,
        ConditionExpression: `${onTurn(seen)} AND (attribute_not_exists(devices) OR size(devices) = :none)`,
        ExpressionAttributeValues: {
          ':turn': seen.turn,
          ':none': 0,
          ':first': { [device]: now.toISOString() },
          ...clears,
        },
      });
    }
    const gone = isKnown(seen, device) ? [] : forgotten(seen.devices);
    const removed = gone.map((_, at) => `devices.#g${at}`).join(', ');
    return this.#decides({
      ...key,
      UpdateExpression: `SET devices.#device = :now${cleared}${removed === '' ? '' : ` REMOVE ${removed}`}${turned}`,
      // One that was forgotten meanwhile is strange now.
      ConditionExpression: `${onTurn(seen)} AND attribute_exists(${isKnown(seen, device) ? 'devices.#device' : 'devices'})`,
      ExpressionAttributeNames: {
        '#device': device,
        ...Object.fromEntries(gone.map((one, at) => [`#g${at}`, one])),
      },
      ExpressionAttributeValues: { ...values, ...clears },
    });
  }

  /** For the clean-up of who never has (003:25). An account that was removed meanwhile stays so. */
  async noteSignIn(district: string, account: string, now: Date): Promise<void> {
    await this.#decides({
      TableName: this.#tables.accounts,
      Key: accountKey(district, account),
      UpdateExpression: 'SET lastSignInAt = :now',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':now': now.toISOString() },
    });
  }

  /**
   * By somebody who is signed in and knows the old one. All sessions and links end; no lock does.
   * @returns false where somebody was faster
   */
  async changePassword(trying: Trying, seen: StoredLogin, password: NewPassword): Promise<boolean> {
    const { failures, deviceFailures } = afterSuccess(seen, trying.device);
    return this.#decides({
      TableName: this.#tables.logins,
      Key: loginKey(trying.district, trying.id),
      UpdateExpression:
        'SET password = :password, isShort = :short, failures = :failures, deviceFailures = :own ADD turn :one, epoch :one, links :one',
      ConditionExpression: onTurn(seen),
      ExpressionAttributeValues: {
        ':password': password.hash,
        ':short': password.isShort,
        ':failures': failures,
        ':own': deviceFailures,
        ':turn': seen.turn,
        ':one': 1,
      },
    });
  }

  /**
   * By a link: every lock ends and every count, all sessions and all other links; it approves nobody (003:9).
   * @returns false where the link was used already or has ended, or the account is no more
   */
  async resetPassword(
    ticket: OpenTicket,
    account: Tied,
    { password, now }: { password: NewPassword; now: Date },
  ): Promise<boolean> {
    const { district } = ticket;
    const table = this.#tables.logins;
    const writes = [
      { Update: usingTicket(table, ticket, now) },
      passwordResetByLink({ table, district, account: account.id }, password, ticket.links),
      ...locking(this.#tables, district, account, undefined),
    ];
    return this.#tells(district, account, writes);
  }

  #counting(trying: Trying, seen: StoredLogin, after: Counts): UpdateCommandInput {
    const { district, id, account, now } = trying;
    const lock = after.lockedBy === undefined ? '' : ', lockedBy = :by';
    const end = account === undefined ? ', expiresAt = :end' : '';
    return {
      TableName: this.#tables.logins,
      Key: loginKey(district, id),
      UpdateExpression: `SET failures = :failures, deviceFailures = :own, triedAt = :now${lock}${end} ADD turn :one`,
      ConditionExpression: onTurn(seen),
      ExpressionAttributeValues: {
        ':failures': after.failures,
        ':own': after.deviceFailures,
        ':now': now.toISOString(),
        ':turn': seen.turn,
        ':one': 1,
        ...(after.lockedBy === undefined ? {} : { ':by': after.lockedBy }),
        ...(account === undefined ? { ':end': decoyEnd(now) } : {}),
      },
    };
  }

  #locks({ district, account }: Trying, counted: UpdateCommandInput, lockedBy: LockedBy): Promise<boolean> {
    // Update expressions of a transaction are never optional.
    const { UpdateExpression = '', ...update } = counted;
    const write = { Update: { ...update, UpdateExpression } };
    if (account === undefined) return this.#passes(() => transact(this.#dynamo, [write]));
    return this.#tells(district, account, [write, ...locking(this.#tables, district, account, lockedBy)]);
  }

  #tells(
    district: string,
    { id, user }: Tied,
    writes: Parameters<ChangeLog['transact']>[1],
  ): Promise<boolean> {
    const told = { type: 'account', change: 'updated', id, ...(user === undefined ? {} : { user }) } as const;
    return this.#passes(() => this.#log.transact(district, writes, [told]));
  }

  #decides(update: UpdateCommandInput): Promise<boolean> {
    return this.#passes(() => calling(this.#dynamo.send(new UpdateCommand(update))));
  }

  /** False where somebody was faster, or is just writing the same items. */
  async #passes(write: () => Promise<unknown>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed || isConflict(error)) return false;
      throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  return (
    error instanceof StoreUnavailable &&
    error.cause instanceof Error &&
    error.cause.name === 'TransactionConflictException'
  );
}

function decoyEnd(now: Date): number {
  return Math.floor(now.getTime() / 1000) + decoySeconds;
}
