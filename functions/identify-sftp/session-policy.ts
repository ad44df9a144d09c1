import { isUsedUp } from '../../shared/reports/quota.ts';
import type { PersonFolder } from './folders.ts';

/** IAM's limit of a session policy, in characters. */
const longest = 2048;

/** Prefixes of keys: what is fetched from, what is written to, and what only is looked at and tidied, for its account has no room. */
type Prefixes = { read: string[]; written: string[]; full: string[] };

/**
 * What the role may do for one person: fetch from `receive`, and read and write elsewhere, while there is room. Where their folders are
 * too many for a policy, it holds the session to their district; which folders there are, the mapping says in any case.
 */
export function sessionPolicy(bucket: string, district: string, folders: readonly PersonFolder[]): string {
  const prefixesOf = (kind: keyof Prefixes) => [
    ...new Set(folders.filter((one) => kindOf(one) === kind).map(({ prefix }) => prefix)),
  ];
  const own = { read: prefixesOf('read'), written: prefixesOf('written'), full: prefixesOf('full') };
  const narrow = policyOf(bucket, own);
  if (narrow.length <= longest) return narrow;
  const brought = [`in/${district}/`];
  const isFull = own.written.length === 0;
  return policyOf(bucket, {
    read: [`out/${district}/`],
    written: isFull ? [] : brought,
    full: isFull ? brought : [],
  });
}

function kindOf({ folder, left }: PersonFolder): keyof Prefixes {
  if (folder === 'receive') return 'read';
  return left !== undefined && isUsedUp(left) ? 'full' : 'written';
}

function policyOf(bucket: string, { read, written, full }: Prefixes): string {
  const objects = (prefixes: readonly string[]) =>
    prefixes.map((prefix) => `arn:aws:s3:::${bucket}/${literal(prefix)}*`);
  const all = [...read, ...written, ...full];
  const within = all.map((prefix) => `${literal(prefix)}*`);
  const statements = [
    {
      Action: 's3:ListBucket',
      Resource: [`arn:aws:s3:::${bucket}`],
      Condition: { StringLike: { 's3:prefix': within } },
    },
    { Action: 's3:GetObject', Resource: objects(all) },
    { Action: ['s3:PutObject', 's3:DeleteObject'], Resource: objects(written) },
    { Action: 's3:DeleteObject', Resource: objects(full) },
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
