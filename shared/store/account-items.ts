import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Account, languages } from '../accounts/account.ts';
import { lockedBys } from '../accounts/lockout.ts';
import { RequestError } from '../errors.ts';
import { StoredLogin } from './access-items.ts';
import { accessKey, accountKey } from './keys.ts';
import { mostLogins } from './login-view.ts';

/** An account stands in several items; each change of it writes all of them in one transaction. */

export const StoredAccount = z.object({
  account: StoredLogin.and(
    z.object({
      id: z.string(),
      username: z.string(),
      email: z.string(),
      language: z.enum(languages).optional(),
      user: z.string().optional(),
      lockedBy: z.enum(lockedBys).optional(),
      asked: z.array(z.string()),
      createdAt: z.string(),
      rule: z.string().optional(),
    }),
  ),
  lastSignInAt: z.string().optional(),
  /** Grows with every change of the account. */
  revision: z.int().positive(),
  /** Grows with every query or filter that the account comes to own. */
  owning: z.int().nonnegative().default(0),
});

export type KeptAccount = {
  account: Account;
  revision: number;
  owning: number;
  /** Absent where nobody ever has. */
  lastSignInAt?: string | undefined;
};

/** One write of a transaction, and what it means where its condition does not hold. */
export type Guarded = {
  write: NonNullable<TransactWriteCommandInput['TransactItems']>[number];
  means?: RequestError;
};

export type Tables = { access: string; accounts: string; tenants: string };

/** What checks read of an account. */
function loginOf({ approved, locked, ledgers, schools, profile, webId }: Account): StoredLogin {
  return {
    approved,
    locked,
    ledgers,
    schools,
    ...(profile === undefined ? {} : { profile }),
    ...(webId === undefined ? {} : { webId }),
  };
}

/** The items of a new account alone; `manual`: its roles, by assignment id. */
export function creation(
  { access, accounts }: Tables,
  district: string,
  { account, manual }: { account: Account; manual: Record<string, unknown> },
): Guarded[] {
  const { id, user } = account;
  const tied = user === undefined ? '' : ', loginOf = :user';
  return [
    {
      write: {
        Put: {
          TableName: accounts,
          Item: { ...accountKey(district, id), account, revision: 1, owning: 0 },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      means: changedMeanwhile(),
    },
    {
      write: {
        Update: {
          TableName: access,
          Key: accessKey(district, 'person', id),
          UpdateExpression: `SET login = :login, manual = :manual${tied}`,
          ConditionExpression: 'attribute_not_exists(removed)',
          ExpressionAttributeValues: {
            ':login': loginOf(account),
            ':manual': manual,
            ...(user === undefined ? {} : { ':user': user }),
          },
        },
      },
      means: changedMeanwhile(),
    },
  ];
}

/** The person has the account among their logins. */
export function tie(access: string, district: string, account: Account): Guarded[] {
  const { user } = account;
  return user === undefined ? [] : [tieTo(access, district, account, user)];
}

function tieTo(access: string, district: string, account: Account, user: string): Guarded {
  return {
    write: {
      Update: {
        TableName: access,
        Key: accessKey(district, 'person', user),
        UpdateExpression: 'SET logins.#id = :login',
        ConditionExpression: 'size(logins) < :most',
        ExpressionAttributeNames: { '#id': account.id },
        ExpressionAttributeValues: { ':login': loginOf(account), ':most': mostLogins },
      },
    },
    means: new RequestError(
      'conflict',
      'too-many-accounts',
      `One person has at most ${mostLogins} accounts.`,
    ),
  };
}

/** Roles that the account gets, and ids of assignments that it loses. */
export type RoleChange = { gets: { id: string }[]; loses: string[] };

export function change(
  { access, accounts }: Omit<Tables, 'tenants'>,
  district: string,
  { before, account, roles }: { before: KeptAccount; account: Account; roles: RoleChange },
): Guarded[] {
  const login = { ':login': loginOf(account) };
  const gets = roles.gets.map((_, at) => `, manual.#g${at} = :g${at}`);
  const tied = account.user;
  const lost = [...roles.loses.map((_, at) => `manual.#l${at}`), ...(tied === undefined ? ['loginOf'] : [])];
  return [
    {
      write: {
        Update: {
          TableName: accounts,
          Key: accountKey(district, account.id),
          UpdateExpression: 'SET account = :account, revision = :next',
          ConditionExpression: 'revision = :seen',
          ExpressionAttributeValues: {
            ':account': account,
            ':next': before.revision + 1,
            ':seen': before.revision,
          },
        },
      },
      means: changedMeanwhile(),
    },
    {
      write: {
        Update: {
          TableName: access,
          Key: accessKey(district, 'person', account.id),
          UpdateExpression: `SET login = :login${gets.join('')}${lost.length === 0 ? '' : ` REMOVE ${lost.join(', ')}`}`,
          ...(roles.loses.length + gets.length === 0
            ? {}
            : {
                ExpressionAttributeNames: Object.fromEntries([
                  ...roles.gets.map(({ id }, at) => [`#g${at}`, id]),
                  ...roles.loses.map((id, at) => [`#l${at}`, id]),
                ]),
              }),
          ExpressionAttributeValues: {
            ...login,
            ...Object.fromEntries(roles.gets.map((one, at) => [`:g${at}`, one])),
          },
        },
      },
    },
    ...(tied === undefined
      ? []
      : [
          {
            write: {
              Update: {
                TableName: access,
                Key: accessKey(district, 'person', tied),
                UpdateExpression: 'SET logins.#id = :login',
                ExpressionAttributeNames: { '#id': account.id },
                ExpressionAttributeValues: login,
              },
            },
          },
        ]),
  ];
}

/**
 * `held`: how many roles of all systems the account has by hand. Whoever checks it from then on finds nobody, and nobody can give
 * it a role again: what stays of its item says that it was removed.
 */
export function removal(
  { access, accounts }: Tables,
  district: string,
  { account, revision, owning }: KeptAccount,
  held: number,
): Guarded[] {
  const { id } = account;
  return [
    {
      write: {
        Delete: {
          TableName: accounts,
          Key: accountKey(district, id),
          ConditionExpression: 'revision = :revision AND owning = :owning',
          ExpressionAttributeValues: { ':revision': revision, ':owning': owning },
        },
      },
      means: changedMeanwhile(),
    },
    {
      write: {
        Update: {
          TableName: access,
          Key: accessKey(district, 'person', id),
          UpdateExpression:
            'SET removed = :yes REMOVE login, loginOf, logins, manual, tags, webId, properties',
          ConditionExpression: 'size(manual) = :held',
          ExpressionAttributeValues: { ':held': held, ':yes': true },
        },
      },
      means: changedMeanwhile(),
    },
  ];
}

/** The person has the account among their logins no more, but its successor where that is tied to them too. */
export function untie(
  access: string,
  district: string,
  { id, user }: Account,
  successor?: Account,
): Guarded[] {
  if (user === undefined) return [];
  const Update = {
    TableName: access,
    Key: accessKey(district, 'person', user),
    UpdateExpression: 'REMOVE logins.#id',
    ExpressionAttributeNames: { '#id': id },
  };
  if (successor?.user !== user) return [{ write: { Update } }];
  const set = {
    UpdateExpression: 'SET logins.#next = :login REMOVE logins.#id',
    ExpressionAttributeNames: { '#id': id, '#next': successor.id },
    ExpressionAttributeValues: { ':login': loginOf(successor) },
  };
  return [{ write: { Update: { ...Update, ...set } } }];
}

export function changedMeanwhile(): RequestError {
  return new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.');
}
