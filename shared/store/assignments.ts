import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Assignment } from '../access/facts.ts';
import { RequestError, StoreUnavailable } from '../errors.ts';
import type { Told } from '../roster/told.ts';
import { ConditionFailed, calling, jitter } from './calls.ts';
import { ChangeLog } from './change-log.ts';
import { Deed, DeedRows, type Doing, toldOf } from './deeds.ts';
import { accessKey, assignmentKey } from './keys.ts';
import { type Seat, Seats, seatOf } from './seats.ts';

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/**
 * Who holds what by hand, and who holds a role. Each deed stands in three places, written in one transaction: the person's item in
 * `access`, which decides; a row for every scope id in `assignments`, for lists; and there again under its own id. The log in `syncs`
 * tells of it.
 */
export class Assignments {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: { access: string; assignments: string };
  readonly #log: ChangeLog;
  readonly #seats: Seats;
  readonly #rows: DeedRows;

  constructor(
    dynamo: DynamoDBDocumentClient,
    tables: { access: string; assignments: string; syncs: string },
  ) {
    this.#dynamo = dynamo;
    this.#tables = tables;
    this.#log = new ChangeLog(dynamo, tables.syncs);
    this.#seats = new Seats(dynamo, tables.access);
    this.#rows = new DeedRows(tables.assignments);
  }

  /**
   * Writes an assignment, or a request; a request is in no person's item. Again changes nothing.
   * @throws {RequestError} conflict: `seat-taken`, with the holders, or where it confirms a request of the roster that is
   * confirmed already
   */
  async record(district: string, deed: Deed): Promise<void> {
    const { assignment, userId, kind } = deed;
    const rows = this.#rows.puts(district, deed);
    const marks = this.#rows.marks(district, deed, { set: assignment.id });
    const person = kind === 'assignment' ? [this.#personGets(district, userId, assignment)] : [];
    const seat = seatOf(deed);
    const taking = seat === undefined ? [] : [this.#seats.taking(district, seat, userId)];
    const writes = [...person, ...rows, ...marks, ...taking];
    const write = () => this.#write(district, userId, { writes, told: [toldOf(deed, 'created')] });
    const done = await (seat === undefined ? write() : this.#inTurn(district, seat, userId, write));
    if (done || (await this.find(district, assignment.id)) !== undefined) return;
    throw seat === undefined ? answered() : seatTaken(seat, [userId]);
  }

  /**
   * Passes a seat and what stands for it from its holder to `to.userId`, in one step; the new assignment is `to`.
   * @throws {RequestError} conflict where the seat is passed or left meanwhile, or the user holds another of that role there
   */
  async transfer(district: string, from: Deed, to: Deed): Promise<void> {
    const seat = seatOf(from);
    if (seat === undefined) throw new Error('Only a seat is transferred.');
    const before = await this.#seats.holders(district, seat);
    if (before.includes(to.userId)) throw seatTaken(seat, before);
    const writes = [
      this.#personGets(district, to.userId, to.assignment),
      this.#seats.passing(district, seat, { before, from: from.userId, to: to.userId }),
      ...this.#removal(district, from, to),
      ...this.#rows.puts(district, to),
    ];
    const told = [toldOf(from, 'removed'), toldOf(to, 'created')];
    const done = await this.#write(district, to.userId, { writes, told });
    if (done) return;
    const message = `The ${from.assignment.role} seat was passed on or given up meanwhile: look again who holds it.`;
    throw new RequestError('conflict', 'seat-moved', message);
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
   * @throws {RequestError} conflict where it is a request no longer, or the seat is taken
   */
  async confirm(district: string, request: Deed, { by, at }: Doing): Promise<Deed> {
    const deed: Deed = { ...request, kind: 'assignment', confirmedBy: by, confirmedAt: at };
    const rows = this.#rows.confirmations(district, deed);
    const person = this.#personGets(district, deed.userId, deed.assignment);
    const seat = seatOf(deed);
    const taking = seat === undefined ? [] : [this.#seats.taking(district, seat, deed.userId)];
    const told = [toldOf(request, 'removed'), toldOf(deed, 'created')];
    const write = () => this.#write(district, deed.userId, { writes: [person, ...rows, ...taking], told });
    const done = await (seat === undefined ? write() : this.#inTurn(district, seat, deed.userId, write));
    if (!done) throw answered();
    return deed;
  }

  /**
   * What was an assignment stays as a past one; a request leaves nothing.
   * @throws {RequestError} not-found where somebody else has taken it away meanwhile
   */
  async remove(district: string, deed: Deed, ended: Doing): Promise<void> {
    const seat = seatOf(deed);
    const leaving = this.#seats.leaving(district, seat === undefined ? [] : [seat], deed.userId);
    const marks = this.#rows.marks(district, deed, 'unset');
    try {
      const writes = [...this.#removal(district, deed, ended), ...marks, ...leaving];
      await this.#log.transact(district, writes, [toldOf(deed, 'removed')]);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      throw new RequestError('not-found', 'unknown-assignment', 'There is no such assignment any more.', {
        cause: error,
      });
    }
  }

  #removal(district: string, deed: Deed, ended: Doing): Writes {
    const { assignment, userId } = deed;
    const person = {
      Update: {
        TableName: this.#tables.access,
        Key: accessKey(district, 'person', userId),
        UpdateExpression: 'REMOVE manual.#id',
        ConditionExpression: 'attribute_exists(manual)',
        ExpressionAttributeNames: { '#id': assignment.id },
      },
    };
    const rows = this.#rows.ends(district, deed, ended);
    return deed.kind === 'request' ? rows : [...rows, person];
  }

  /**
   * Takes a seat. Many who want it at once refuse each other before any has it: whoever lost looks who sits there, and only
   * tries again where nobody does.
   */
  async #inTurn(district: string, seat: Seat, user: string, write: () => Promise<boolean>): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      const busy = await write().catch((error) => {
        if (error instanceof StoreUnavailable && attempt < seatAttempts) return 'busy' as const;
        throw error;
      });
      if (busy === true) return true;
      const holders = await this.#seats.holders(district, seat);
      if (holders.includes(user) || (busy === false && holders.length < seat.limit)) return false;
      if (holders.length >= seat.limit) throw seatTaken(seat, holders);
      await sleep(jitter(attempt));
    }
  }

  #personGets(district: string, userId: string, assignment: Assignment): Writes[number] {
    return {
      Update: {
        TableName: this.#tables.access,
        Key: accessKey(district, 'person', userId),
        UpdateExpression: 'SET manual.#id = :assignment',
        ConditionExpression: 'attribute_exists(manual) AND attribute_not_exists(removed)',
        ExpressionAttributeNames: { '#id': assignment.id },
        ExpressionAttributeValues: { ':assignment': assignment },
      },
    };
  }

  /**
   * The person comes first among the writes, if at all: a condition that fails there alone means that the person has no manual
   * part yet. False where another condition fails, and nothing was written.
   * @throws {RequestError} not-found where the person is an account that was removed
   */
  async #write(
    district: string,
    userId: string,
    { writes, told }: { writes: Writes; told: readonly Told[] },
  ): Promise<boolean> {
    const touchesPerson = writes[0]?.Update?.TableName === this.#tables.access;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#log.transact(district, writes, told);
        return true;
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        const needsManual = touchesPerson && error.writes.length === 1 && error.writes[0] === 0;
        if (!needsManual || attempt > 1) return false;
      }
      await this.#readyManual(district, userId);
    }
  }

  async #readyManual(district: string, userId: string): Promise<void> {
    try {
      await calling(
        this.#dynamo.send(
          new UpdateCommand({
            TableName: this.#tables.access,
            Key: accessKey(district, 'person', userId),
            UpdateExpression: 'SET manual = if_not_exists(manual, :none)',
            ConditionExpression: 'attribute_not_exists(removed)',
            ExpressionAttributeValues: { ':none': {} },
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      const message = 'The account of this user was removed.';
      throw new RequestError('not-found', 'unknown-user', message, { cause: error });
    }
  }
}

/** Tries to take a seat that nobody has; each waits longer than the one before. */
const seatAttempts = 6;

function seatTaken({ role, account }: Seat, holders: readonly string[]): RequestError {
  const message = `The ${role} seat of account ${account} is held by ${holders.join(', ')}. Transfer it, or take it away first.`;
  return new RequestError('conflict', 'seat-taken', message, { detail: { holders } });
}

function answered(): RequestError {
  return new RequestError('conflict', 'not-requested', 'The request has been answered already.');
}
