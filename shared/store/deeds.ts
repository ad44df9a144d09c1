import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Told } from '../roster/told.ts';
import { StoredAssignment } from './access-items.ts';
import { assignmentKey, holderKey, pastKey } from './keys.ts';

export const HoldingKind = z.enum(['assignment', 'request']);

/** What people made, and who. Times are ISO 8601. */
export const Deed = z.object({
  kind: HoldingKind,
  userId: z.string(),
  assignment: StoredAssignment,
  /** Who assigned or asked, and when. */
  by: z.string(),
  at: z.string(),
  confirmedBy: z.string().optional(),
  confirmedAt: z.string().optional(),
  /** The roster's request that this assignment confirms. */
  confirms: z.string().optional(),
  /** Holders at most of the role, per scope id; absent = many. */
  seats: z.int().positive().optional(),
});
export type Deed = z.infer<typeof Deed>;

/** Who did something, and when. */
export type Doing = { by: string; at: string };

/** What a deed is told by: ids only. */
export function auditOf({ assignment, userId }: Deed): Record<string, string> {
  const { id, system, role, scope } = assignment;
  return { assignment: id, user: userId, system, role, scopeType: scope.type, scopeIds: scope.ids.join(' ') };
}

/** What followers of the district's changes are told of a deed. */
export function toldOf({ kind, userId, assignment }: Deed, change: Told['change']): Told {
  return { type: kind, change, id: assignment.id, user: userId, system: assignment.system };
}

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** The rows of a deed in `assignments`: one under its own id, and one for every scope id, for lists. */
export class DeedRows {
  readonly #table: string;

  constructor(table: string) {
    this.#table = table;
  }

  /** Fails where there is a deed of this id. */
  puts(district: string, deed: Deed): Writes {
    return this.#keys(district, deed).map((key, at) => ({
      Put: {
        TableName: this.#table,
        Item: { ...key, manual: deed },
        ...(at === 0 ? { ConditionExpression: 'attribute_not_exists(pk)' } : {}),
      },
    }));
  }

  /** Fails where the deed is no request any more. */
  confirmations(district: string, deed: Deed): Writes {
    return this.#keys(district, deed).map((key) => ({
      Put: {
        TableName: this.#table,
        Item: { ...key, manual: deed },
        ConditionExpression: 'manual.kind = :request',
        ExpressionAttributeValues: { ':request': 'request' },
      },
    }));
  }

  /** Fails where the deed is gone, or a request that was confirmed meanwhile and so has become another deed. */
  #deletes(district: string, deed: Deed): Writes {
    const isSame = {
      ConditionExpression: 'manual.kind = :kind',
      ExpressionAttributeValues: { ':kind': deed.kind },
    };
    return this.#keys(district, deed).map((Key, at) => ({
      Delete: { TableName: this.#table, Key, ...(at === 0 ? isSame : {}) },
    }));
  }

  /** Of an assignment a past one stays, of a request nothing. */
  ends(district: string, deed: Deed, ended: Doing): Writes {
    const deletes = this.#deletes(district, deed);
    return deed.kind === 'request' ? deletes : [...deletes, this.#past(district, deed, ended)];
  }

  #past(district: string, deed: Deed, ended: Doing): Writes[number] {
    const at = { district, userId: deed.userId, endedAt: ended.at, assignmentId: deed.assignment.id };
    const Item = { ...pastKey(at), manual: deed, endedBy: ended.by, endedAt: ended.at };
    return { Put: { TableName: this.#table, Item } };
  }

  /** The rows of the roster's request that a deed confirms say so, until the deed is undone. */
  marks(district: string, deed: Deed, mark: { set: string } | 'unset'): Writes {
    if (deed.confirms === undefined) return [];
    const change =
      mark === 'unset'
        ? { UpdateExpression: 'REMOVE confirmed' }
        : {
            UpdateExpression: 'SET confirmed = :by',
            ConditionExpression: 'attribute_not_exists(confirmed)',
            ExpressionAttributeValues: { ':by': mark.set },
          };
    return rowKeys(district, deed, deed.confirms).map((Key) => ({
      Update: { TableName: this.#table, Key, ...change },
    }));
  }

  /** That of its own id first. */
  #keys(district: string, deed: Deed): Key[] {
    return [assignmentKey(district, deed.assignment.id), ...rowKeys(district, deed)];
  }
}

type Key = { pk: string; sk: string };

function rowKeys(district: string, { assignment, userId }: Deed, assignmentId = assignment.id): Key[] {
  const { system, role, scope } = assignment;
  return scope.ids.map((scopeId) => holderKey({ district, system, role, scopeId, userId, assignmentId }));
}
