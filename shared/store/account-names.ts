import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { lookupId } from '../access/lookup.ts';
import type { Account } from '../accounts/account.ts';
import { RequestError } from '../errors.ts';
import { StoredLoginName } from './access-items.ts';
import { changedMeanwhile, type Guarded, type Tables } from './account-items.ts';
import { readItems } from './batch-get.ts';
import { accessKey, loginNameKey } from './keys.ts';

const names = {
  username: 'Another account of the district has this username.',
  email: 'Another account of the district has this e-mail address (003:5).',
  webId: 'Another account of the district has this web ID.',
} as const;

/**
 * Whose a name is stands in an item of its own, in `access`: whoever writes it first has it, in whatever case or form, and checks
 * read it. Items stay when a name is given up, and a name passes at once to an account that follows another. That a name is in use in this district stands in `tenants` too, for who signs in
 * without saying where.
 */
export function claims(
  { access, tenants }: Tables,
  district: string,
  { before, after }: { before?: Account | undefined; after?: Account | undefined },
): Guarded[] {
  const [had, has] = [before?.id, after?.id];
  const idOf = (kind: keyof typeof names, account: Account | undefined) => {
    const name = account?.[kind];
    return name === undefined ? undefined : lookupId(kind, name);
  };
  return (['username', 'email', 'webId'] as const).flatMap((kind) => {
    const [old, now] = [idOf(kind, before), idOf(kind, after)];
    if (old === now && (old === undefined || had === has)) return [];
    const change = (lookup: string, update: NameUpdate) => ({
      Update: {
        TableName: access,
        Key: accessKey(district, 'login', lookup),
        ...update,
      },
    });
    if (old === now && old !== undefined) {
      const pass = {
        UpdateExpression: 'SET login = :has',
        ConditionExpression: 'login = :had',
        ExpressionAttributeValues: { ':had': had, ':has': has },
      };
      return [{ write: change(old, pass), means: changedMeanwhile() }];
    }
    const take = {
      UpdateExpression: 'SET login = :id',
      ConditionExpression: 'attribute_not_exists(login)',
      ExpressionAttributeValues: { ':id': has },
    };
    const leave = {
      UpdateExpression: 'REMOVE login',
      ConditionExpression: 'login = :id',
      ExpressionAttributeValues: { ':id': had },
    };
    const here = (lookup: string) => ({ TableName: tenants, Key: loginNameKey(lookup, district) });
    return [
      ...(now === undefined ? [] : [{ write: change(now, take), means: taken(kind) }]),
      ...(old === undefined ? [] : [{ write: change(old, leave), means: changedMeanwhile() }]),
      // Nobody signs in by a web ID.
      ...(kind === 'webId' || now === undefined
        ? []
        : [{ write: { Put: { TableName: tenants, Item: loginNameKey(now, district) } } }]),
      ...(kind === 'webId' || old === undefined ? [] : [{ write: { Delete: here(old) } }]),
    ];
  });
}

type NameUpdate = {
  UpdateExpression: string;
  ConditionExpression: string;
  ExpressionAttributeValues: Record<string, unknown>;
};

function taken(kind: keyof typeof names): RequestError {
  const code = { username: 'username-taken', email: 'email-taken', webId: 'web-id-taken' }[kind];
  const fields = [{ pointer: `/${kind}`, detail: 'is taken' }];
  return new RequestError('conflict', code, names[kind], { fields });
}

/** The account that goes by a username, if any does. */
export async function accountNamed(
  dynamo: DynamoDBDocumentClient,
  table: string,
  { district, username }: { district: string; username: string },
): Promise<string | undefined> {
  const { pk } = accessKey(district, 'login', lookupId('username', username));
  const item = (await readItems(dynamo, table, [pk])).get(pk);
  return StoredLoginName.parse(item ?? {}).login;
}
