import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { DistrictFacts } from '../access/facts.ts';
import { RequestError } from '../errors.ts';
import { headCopies, headKey } from './keys.ts';

/** What people change of the head. */
export type HeadParts = Partial<
  Pick<
    DistrictFacts,
    'settings' | 'timeZone' | 'schoolYear' | 'season' | 'customers' | 'catalogues' | 'overlays'
  >
>;

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** Replaces parts in all copies of a head that is still at `revision`, and takes it to the next; for one transaction. */
export function headWrites(
  table: string,
  district: string,
  { parts, revision }: { parts: HeadParts; revision: number },
): Writes {
  const names = Object.keys(parts);
  return Array.from({ length: headCopies }, (_, copy) => ({
    Update: {
      TableName: table,
      Key: headKey(district, copy),
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}, revision = :next`,
      ConditionExpression: 'revision = :seen',
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(Object.entries(parts).map(([name, value]) => [`:${name}`, value])),
        ':next': revision + 1,
        ':seen': revision,
      },
    },
  }));
}

export function headChanged(cause: unknown): RequestError {
  return new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.', {
    cause,
  });
}
