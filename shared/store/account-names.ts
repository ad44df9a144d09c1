import { lookupId } from '../access/lookup.ts';
import type { Account } from '../accounts/account.ts';
import { RequestError } from '../errors.ts';
import { changedMeanwhile, type Guarded, type Tables } from './account-items.ts';
import { accessKey, loginNameKey } from './keys.ts';

const names = {
  username: 'Another account of the district has this username.',
  email: 'Another account of the district has this e-mail address (003:5).',
  webId: 'Another account of the district has this web ID.',
} as const;

/**
 * Whose a name is stands in an item of its own, in `access`: whoever writes it first has it, in whatever case or form, and checks
 * read it. Items stay when a name is given up. That a name is in use in this district stands in `tenants` too, for who signs in
 * without saying where.
 */
export function claims(
  { access, tenants }: Tables,
  district: string,
  { before, after }: { before?: Account | undefined; after?: Account | undefined },
): Guarded[] {
  const id = after?.id ?? before?.id;
  const idOf = (kind: keyof typeof names, account: Account | undefined) => {
    const name = account?.[kind];
    return name === undefined ? undefined : lookupId(kind, name);
  };
  return (['username', 'email', 'webId'] as const).flatMap((kind) => {
    const [old, now] = [idOf(kind, before), idOf(kind, after)];
    if (old === now) return [];
    const change = (lookup: string, update: { UpdateExpression: string; ConditionExpression: string }) => ({
      Update: {
        TableName: access,
        Key: accessKey(district, 'login', lookup),
        ...update,
        ExpressionAttributeValues: { ':id': id },
      },
    });
    const take = { UpdateExpression: 'SET login = :id', ConditionExpression: 'attribute_not_exists(login)' };
    const leave = { UpdateExpression: 'REMOVE login', ConditionExpression: 'login = :id' };
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

function taken(kind: keyof typeof names): RequestError {
  const code = { username: 'username-taken', email: 'email-taken', webId: 'web-id-taken' }[kind];
  const fields = [{ pointer: `/${kind}`, detail: 'is taken' }];
  return new RequestError('conflict', code, names[kind], { fields });
}
