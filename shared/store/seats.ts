import {
  type DynamoDBDocumentClient,
  GetCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { calling } from './calls.ts';
import type { Deed } from './deeds.ts';
import { accessKey } from './keys.ts';

/** One seat role at one account. `limit`: holders at most. */
export type Seat = { system: string; role: string; account: string; limit: number };

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** The seat that an assignment takes, if its role has any. */
export function seatOf({ kind, assignment: { system, role, scope }, seats }: Deed): Seat | undefined {
  const [account] = scope.ids;
  if (kind === 'request' || seats === undefined || account === undefined) return undefined;
  return { system, role, account, limit: seats };
}

/** An item of `access` for each account: user ids by `<system>:<role>`, for roles with limited seats. DynamoDB keeps no empty set. */
export const StoredSeats = z
  .looseObject({})
  .transform((item) =>
    Object.fromEntries(
      Object.entries(item).flatMap(([role, holders]) =>
        holders instanceof Set ? [[role, [...holders].map(String).sort()] as const] : [],
      ),
    ),
  );

/**
 * Who sits where, so that no race fills a seat twice: every deed that takes or leaves a seat writes it in its own
 * transaction, under the condition that the seat is free.
 */
export class Seats {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** Ids of users, sorted. */
  async holders(district: string, seat: Seat): Promise<string[]> {
    const { Item = {} } = await calling(
      this.#dynamo.send(
        new GetCommand({
          TableName: this.#table,
          Key: accessKey(district, 'seats', seat.account),
          ConsistentRead: true,
        }),
      ),
    );
    return StoredSeats.parse(Item)[nameOf(seat)] ?? [];
  }

  taking(district: string, seat: Seat, user: string): Write {
    return this.#update(district, seat, {
      UpdateExpression: 'ADD #role :user',
      ConditionExpression:
        'attribute_not_exists(#role) OR (size(#role) < :limit AND NOT contains(#role, :id))',
      ExpressionAttributeValues: { ':user': new Set([user]), ':limit': seat.limit, ':id': user },
    });
  }

  /** One write for each account, since a transaction takes no two on one item. */
  leaving(district: string, seats: readonly Seat[], user: string): Write[] {
    return [...Map.groupBy(seats, ({ account }) => account)].map(([account, left]) => {
      const names = [...new Set(left.map(nameOf))];
      return {
        Update: {
          TableName: this.#table,
          Key: accessKey(district, 'seats', account),
          UpdateExpression: `DELETE ${names.map((_, at) => `#r${at} :user`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(names.map((name, at) => [`#r${at}`, name])),
          ExpressionAttributeValues: { ':user': new Set([user]) },
        },
      };
    });
  }

  /** `before`: all holders, as they were just read; nothing is written where they are others now. */
  passing(district: string, seat: Seat, pass: { before: string[]; from: string; to: string }): Write {
    const after = pass.before.map((user) => (user === pass.from ? pass.to : user));
    return this.#update(district, seat, {
      UpdateExpression: 'SET #role = :after',
      ConditionExpression: '#role = :before',
      ExpressionAttributeValues: { ':after': new Set(after), ':before': new Set(pass.before) },
    });
  }

  #update(
    district: string,
    seat: Seat,
    change: {
      UpdateExpression: string;
      ExpressionAttributeValues: Record<string, unknown>;
      ConditionExpression?: string;
    },
  ): Write {
    return {
      Update: {
        TableName: this.#table,
        Key: accessKey(district, 'seats', seat.account),
        ExpressionAttributeNames: { '#role': nameOf(seat) },
        ...change,
      },
    };
  }
}

function nameOf({ system, role }: Seat): string {
  return `${system}:${role}`;
}
