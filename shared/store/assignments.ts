import {
  type DynamoDBDocumentClient,
  GetCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Assignment } from '../access/facts.ts';
import { RequestError } from '../errors.ts';
import { StoredAssignment } from './access-items.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import { type Page, walk } from './cursors.ts';
import {
  accessKey,
  assignmentKey,
  boundedPart,
  holderKey,
  holderPartition,
  holderShards,
  joinKey,
  splitKey,
} from './keys.ts';
import { queryPage } from './query.ts';
import { outrun, Versioned, visible } from './versioned.ts';

const Kind = z.enum(['assignment', 'request']);

/** What a sync says of a holder. */
const RosterHolding = z.object({ kind: Kind, userId: z.string(), assignment: StoredAssignment });

/** What people made, and who. */
const Deed = z.object({
  kind: Kind,
  userId: z.string(),
  assignment: StoredAssignment,
  /** Who assigned or asked, and when. */
  by: z.string(),
  at: z.string(),
  confirmedBy: z.string().optional(),
  /** The roster's request that this assignment confirms. */
  confirms: z.string().optional(),
});
export type Deed = z.infer<typeof Deed>;

const Row = Versioned.extend({
  sk: z.string(),
  manual: Deed.optional(),
  /** The manual assignment that confirmed the request of this row. */
  confirmed: z.string().optional(),
});

export type Holding = { kind: 'assignment' | 'request'; userId: string; assignment: Assignment; deed?: Deed };

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/**
 * Who holds what by hand, and who holds a role. Each deed stands in three places, written in one transaction: the person's item in
 * `access`, which decides; a row for every scope id in `assignments`, for lists; and there again under its own id.
 */
export class Assignments {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: { access: string; assignments: string };

  constructor(dynamo: DynamoDBDocumentClient, tables: { access: string; assignments: string }) {
    this.#dynamo = dynamo;
    this.#tables = tables;
  }

  /**
   * Writes an assignment, or a request; a request is in no person's item. Again changes nothing.
   * @throws {RequestError} conflict where it confirms a request of the roster that is confirmed already
   */
  async record(district: string, deed: Deed): Promise<void> {
    const { assignment, userId, kind } = deed;
    const rows: Writes = this.#rowKeys(district, deed).map((key) => ({
      Put: { TableName: this.#tables.assignments, Item: { ...key, manual: deed } },
    }));
    const owner = {
      Put: {
        TableName: this.#tables.assignments,
        Item: { ...assignmentKey(district, assignment.id), manual: deed },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    };
    const marks = this.#marks(district, deed, { set: assignment.id });
    const person = kind === 'assignment' ? [this.#personGets(district, userId, assignment)] : [];
    const done = await this.#write(district, userId, [...person, owner, ...rows, ...marks]);
    if (!done && (await this.find(district, assignment.id)) === undefined) throw answered();
  }

  /** What people made under this id. */
  async find(district: string, assignmentId: string): Promise<Deed | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({
          TableName: this.#tables.assignments,
          Key: assignmentKey(district, assignmentId),
          ConsistentRead: true,
        }),
      ),
    );
    return Item === undefined ? undefined : Deed.parse(Item.manual);
  }

  /**
   * Makes a request that people made an assignment, under the same id.
   * @throws {RequestError} conflict where it is a request no longer
   */
  async confirm(district: string, request: Deed, confirmedBy: string): Promise<Deed> {
    const deed: Deed = { ...request, kind: 'assignment', confirmedBy };
    const stillAsked = {
      ConditionExpression: 'manual.kind = :request',
      ExpressionAttributeValues: { ':request': 'request' },
    };
    const keys = [assignmentKey(district, deed.assignment.id), ...this.#rowKeys(district, deed)];
    const rows = keys.map((key) => ({
      Put: { TableName: this.#tables.assignments, Item: { ...key, manual: deed }, ...stillAsked },
    }));
    const person = this.#personGets(district, deed.userId, deed.assignment);
    if (!(await this.#write(district, deed.userId, [person, ...rows]))) throw answered();
    return deed;
  }

  /** @throws {RequestError} not-found where somebody else has taken it away meanwhile */
  async remove(district: string, deed: Deed): Promise<void> {
    const { assignment, userId } = deed;
    const rows = this.#rowKeys(district, deed).map((Key) => ({
      Delete: { TableName: this.#tables.assignments, Key },
    }));
    const owner = {
      Delete: {
        TableName: this.#tables.assignments,
        Key: assignmentKey(district, assignment.id),
        // A request that was confirmed meanwhile has become an assignment of that person: another deed to take away.
        ConditionExpression: 'manual.kind = :kind',
        ExpressionAttributeValues: { ':kind': deed.kind },
      },
    };
    const person = {
      Update: {
        TableName: this.#tables.access,
        Key: accessKey(district, 'person', userId),
        UpdateExpression: 'REMOVE manual.#id',
        ConditionExpression: 'attribute_exists(manual)',
        ExpressionAttributeNames: { '#id': assignment.id },
      },
    };
    const persons = deed.kind === 'assignment' ? [person] : [];
    const marks = this.#marks(district, deed, 'unset');
    try {
      await transact(this.#dynamo, [owner, ...persons, ...rows, ...marks]);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      throw new RequestError('not-found', 'unknown-assignment', 'There is no such assignment any more.', {
        cause: error,
      });
    }
  }

  /** Holders of the roles, or who is to be confirmed in them, as the committed roster and people's deeds say. */
  holders(
    at: { district: string; committed: number },
    wanted: {
      roles: readonly { system: string; role: string }[];
      kind: Holding['kind'];
      scopeId?: string | undefined;
    },
    options: { limit: number; cursor?: string | undefined },
  ): Promise<Page<Holding>> {
    const partitions = wanted.roles.flatMap(({ system, role }) =>
      Array.from({ length: holderShards }, (_, shard) => holderPartition(at.district, system, role, shard)),
    );
    const prefix =
      wanted.scopeId === undefined ? undefined : `${joinKey(boundedPart('scope', wanted.scopeId))}#`;
    const table = this.#tables.assignments;
    return walk(partitions, options, async ({ partition, after, limit }) => {
      const { items, more } = await queryPage(this.#dynamo, { table, partition, after, prefix, limit });
      const rows = items.map((item) => Row.parse(item));
      return {
        more,
        items: rows.map((row) => {
          const holding = holdingOf(row, at.committed);
          const listed =
            holding?.kind === wanted.kind && (prefix !== undefined || isFirstRow(row.sk, holding));
          return { sk: row.sk, item: listed ? holding : undefined };
        }),
      };
    });
  }

  #rowKeys(district: string, { assignment, userId }: Deed, assignmentId = assignment.id) {
    const { system, role, scope } = assignment;
    return scope.ids.map((scopeId) => holderKey({ district, system, role, scopeId, userId, assignmentId }));
  }

  /** The rows of the roster's request that a deed confirms say so, until the deed is undone. */
  #marks(district: string, deed: Deed, mark: { set: string } | 'unset'): Writes {
    if (deed.confirms === undefined) return [];
    const change =
      mark === 'unset'
        ? { UpdateExpression: 'REMOVE confirmed' }
        : {
            UpdateExpression: 'SET confirmed = :by',
            ConditionExpression: 'attribute_not_exists(confirmed)',
            ExpressionAttributeValues: { ':by': mark.set },
          };
    return this.#rowKeys(district, deed, deed.confirms).map((Key) => ({
      Update: { TableName: this.#tables.assignments, Key, ...change },
    }));
  }

  #personGets(district: string, userId: string, assignment: Assignment): Writes[number] {
    return {
      Update: {
        TableName: this.#tables.access,
        Key: accessKey(district, 'person', userId),
        UpdateExpression: 'SET manual.#id = :assignment',
        ConditionExpression: 'attribute_exists(manual)',
        ExpressionAttributeNames: { '#id': assignment.id },
        ExpressionAttributeValues: { ':assignment': assignment },
      },
    };
  }

  /**
   * The person comes first among the writes, if at all: a condition that fails there alone means that the person has no manual
   * part yet. False where another condition fails, and nothing was written.
   */
  async #write(district: string, userId: string, writes: Writes): Promise<boolean> {
    const touchesPerson = writes[0]?.Update?.TableName === this.#tables.access;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await transact(this.#dynamo, writes);
        return true;
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        const needsManual = touchesPerson && error.writes.length === 1 && error.writes[0] === 0;
        if (!needsManual || attempt > 1) return false;
      }
      await calling(
        this.#dynamo.send(
          new UpdateCommand({
            TableName: this.#tables.access,
            Key: accessKey(district, 'person', userId),
            UpdateExpression: 'SET manual = if_not_exists(manual, :none)',
            ExpressionAttributeValues: { ':none': {} },
          }),
        ),
      );
    }
  }
}

function answered(): RequestError {
  return new RequestError('conflict', 'not-requested', 'The request has been answered already.');
}

function holdingOf(row: z.infer<typeof Row>, committed: number): Holding | undefined {
  if (row.manual !== undefined) {
    const { kind, userId, assignment } = row.manual;
    return { kind, userId, assignment, deed: row.manual };
  }
  const seen = visible(row, committed);
  // A row that two commits have overtaken is on its way: a list is no decision, the next page shows it.
  if (seen === undefined || seen === outrun) return undefined;
  const holding = RosterHolding.parse(seen);
  return holding.kind === 'request' && row.confirmed !== undefined ? undefined : holding;
}

/** An assignment has a row for every id of its scope; lists of whole roles show it by the first. */
function isFirstRow(sk: string, holding: Holding): boolean {
  return splitKey(sk)[0] === boundedPart('scope', holding.assignment.scope.ids[0] ?? '');
}
