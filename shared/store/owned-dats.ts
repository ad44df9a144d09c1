import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { accountKey, ownedKey } from './keys.ts';

/** A DAT query or filter. */
export type Dat = { type: string; id: string };

type Owned = { district: string; owner: string; dat: Dat };
type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** Fails where the owner is no account. Whoever removes that account meanwhile is told that it owns something now. */
export function owning(table: string, { district, owner, dat }: Owned): Writes {
  return [
    {
      Update: {
        TableName: table,
        Key: accountKey(district, owner),
        UpdateExpression: 'ADD owning :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':one': 1 },
      },
    },
    { Put: { TableName: table, Item: ownedKey(district, owner, dat) } },
  ];
}

export function disowned(table: string, { district, owner, dat }: Owned): Writes[number] {
  return { Delete: { TableName: table, Key: ownedKey(district, owner, dat) } };
}
