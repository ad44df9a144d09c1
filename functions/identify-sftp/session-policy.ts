import type { PersonFolder } from './folders.ts';

/** IAM's limit of a session policy, in characters. */
const longest = 2048;

/**
 * What the role may do for one person: fetch from `receive`, and read and write elsewhere. Where their folders are too many for a
 * policy, it holds the session to their district; which folders there are, the mapping says in any case.
 */
export function sessionPolicy(bucket: string, district: string, folders: readonly PersonFolder[]): string {
  const prefixesOf = (isReceive: boolean) => [
    ...new Set(
      folders.filter(({ folder }) => (folder === 'receive') === isReceive).map(({ prefix }) => prefix),
    ),
  ];
  const narrow = policyOf(bucket, { read: prefixesOf(true), written: prefixesOf(false) });
  if (narrow.length <= longest) return narrow;
  return policyOf(bucket, { read: [`out/${district}/`], written: [`in/${district}/`] });
}

function policyOf(bucket: string, { read, written }: { read: string[]; written: string[] }): string {
  const objects = (prefixes: readonly string[]) =>
    prefixes.map((prefix) => `arn:aws:s3:::${bucket}/${literal(prefix)}*`);
  const within = [...read, ...written].map((prefix) => `${literal(prefix)}*`);
  const statements = [
    {
      Action: 's3:ListBucket',
      Resource: [`arn:aws:s3:::${bucket}`],
      Condition: { StringLike: { 's3:prefix': within } },
    },
    { Action: 's3:GetObject', Resource: objects([...read, ...written]) },
    { Action: ['s3:PutObject', 's3:DeleteObject'], Resource: objects(written) },
    // The role says which key; a session policy only takes away.
    { Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: ['*'] },
  ];
  const Statement = statements
    .filter(({ Resource }) => Resource.length > 0)
    .map((statement) => ({ Effect: 'Allow', ...statement }));
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** An id of an org may have a star in it, which would open folders of others. */
function literal(prefix: string): string {
  return prefix.replace(/[*?$]/g, (sign) => `\${${sign}}`);
}
