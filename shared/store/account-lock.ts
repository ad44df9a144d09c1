import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Account } from '../accounts/account.ts';
import type { LockedBy } from '../accounts/lockout.ts';
import { accessKey, accountKey } from './keys.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** The lock alone, whatever else was changed meanwhile; each fails where the account is no more. */
export function locking(
  { access, accounts }: { access: string; accounts: string },
  district: string,
  { id, user }: Pick<Account, 'id' | 'user'>,
  lockedBy: LockedBy | undefined,
): Write[] {
  const locked = { ':locked': lockedBy !== undefined };
  const set = lockedBy === undefined ? '' : ', account.lockedBy = :by';
  return [
    {
      Update: {
        TableName: accounts,
        Key: accountKey(district, id),
        UpdateExpression: `SET account.locked = :locked${set}${lockedBy === undefined ? ' REMOVE account.lockedBy' : ''} ADD revision :one`,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: {
          ...locked,
          ':one': 1,
          ...(lockedBy === undefined ? {} : { ':by': lockedBy }),
        },
      },
    },
    {
      Update: {
        TableName: access,
        Key: accessKey(district, 'person', id),
        UpdateExpression: 'SET login.locked = :locked',
        ConditionExpression: 'attribute_exists(login)',
        ExpressionAttributeValues: locked,
      },
    },
    ...(user === undefined
      ? []
      : [
          {
            Update: {
              TableName: access,
              Key: accessKey(district, 'person', user),
              UpdateExpression: 'SET logins.#id.locked = :locked',
              ConditionExpression: 'attribute_exists(logins.#id)',
              ExpressionAttributeNames: { '#id': id },
              ExpressionAttributeValues: locked,
            },
          },
        ]),
  ];
}
