import {
  type DynamoDBDocumentClient,
  GetCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Assignment } from '../access/facts.ts';
import { lookupId } from '../access/lookup.ts';
import type { Account } from '../accounts/account.ts';
import { RequestError } from '../errors.ts';
import type { Told } from '../roster/told.ts';
import { StoredLoginName, StoredManual } from './access-items.ts';
import * as items from './account-items.ts';
import { claims } from './account-names.ts';
import { readItems } from './batch-get.ts';
import { ConditionFailed, calling } from './calls.ts';
import { ChangeLog } from './change-log.ts';
import { type Page, walk } from './cursors.ts';
import { type Deed, DeedRows, type Doing, toldOf } from './deeds.ts';
import { accessKey, accountKey, accountShards, accountsPartition } from './keys.ts';
import { closedLogin, loginChanged } from './login-items.ts';
import { queryPage } from './query.ts';
import { Seats, seatOf } from './seats.ts';

export type { KeptAccount } from './account-items.ts';

type Tables = {
  access: string;
  assignments: string;
  accounts: string;
  syncs: string;
  tenants: string;
  logins: string;
};

/** Writes that one transaction takes beside the entry of the log. */
const mostWrites = 99;

/**
 * User accounts. `accounts`: pk = district, shard of id; sk = id. What checks read of them stands in `access` too: the account's own
 * item, its person's, and one for each of its names. All are written together.
 */
export class Accounts {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: Tables;
  readonly #log: ChangeLog;
  readonly #rows: DeedRows;
  readonly #seats: Seats;

  constructor(dynamo: DynamoDBDocumentClient, tables: Tables) {
    this.#dynamo = dynamo;
    this.#tables = tables;
    this.#log = new ChangeLog(dynamo, tables.syncs);
    this.#rows = new DeedRows(tables.assignments);
    this.#seats = new Seats(dynamo, tables.access);
  }

  /**
   * With its roles, and the requests for others. Again with the same id changes nothing.
   * @throws {RequestError} conflict: `username-taken`, `email-taken`, `web-id-taken` or `too-many-accounts`; unprocessable
   * `unknown-user`
   */
  async create(district: string, account: Account, deeds: readonly Deed[]): Promise<items.KeptAccount> {
    if (account.user !== undefined) await this.#readyPerson(district, account.user);
    const given = deeds.filter(({ kind }) => kind === 'assignment').map(({ assignment }) => assignment);
    const manual = Object.fromEntries(given.map((one) => [one.id, one]));
    try {
      const writes = [
        ...items.creation(this.#tables, district, { account, manual }),
        ...items.tie(this.#tables.access, district, account),
        ...claims(this.#tables, district, { after: account }),
        ...deeds.flatMap((deed) => unguarded(this.#rows.puts(district, deed))),
      ];
      await this.#write(district, writes, told(account, 'created', { gives: deeds }));
    } catch (error) {
      const before = error instanceof RequestError ? await this.find(district, account.id) : undefined;
      if (before === undefined) throw error;
      return before;
    }
    return { account, revision: 1, owning: 0 };
  }

  /**
   * `gives`: roles and requests to be recorded; `takes`: those that `doing` ends. `locks`: the change says whether it is locked, which
   * holds for who signs in at once; opening it clears all counts. Links that were mailed to another address open nothing any more.
   * @throws {RequestError} conflict like `create`, precondition-failed where somebody changed the account meanwhile
   */
  async change(
    district: string,
    before: items.KeptAccount,
    account: Account,
    change: { gives: readonly Deed[]; takes: readonly Deed[]; doing: Doing; locks?: boolean },
  ): Promise<items.KeptAccount> {
    const { gives, takes, doing, locks = false } = change;
    const { logins: table } = this.#tables;
    const login = {
      lock: locks ? { by: account.lockedBy } : undefined,
      moves: account.email !== before.account.email,
    };
    const held = (deeds: readonly Deed[]) => deeds.filter(({ kind }) => kind === 'assignment');
    const roles = {
      gets: held(gives).map(({ assignment }) => assignment),
      loses: held(takes).map(({ assignment }) => assignment.id),
    };
    const writes = [
      ...items.change(this.#tables, district, { before, account, roles }),
      ...claims(this.#tables, district, { before: before.account, after: account }),
      ...gives.flatMap((deed) => unguarded(this.#rows.puts(district, deed))),
      ...this.#ends(district, takes, doing),
      ...unguarded(loginChanged({ table, district, account: account.id }, login)),
    ];
    await this.#write(district, writes, told(account, 'updated', { gives, takes }));
    return { ...before, account, revision: before.revision + 1 };
  }

  /**
   * Everything of the account at once: what it owns is closed with it, and its person keeps all that is theirs.
   * `deeds`: all that it has by hand, and requests for more; `doing` ends them. `successor`: a new account of the same person
   * or of nobody, without roles, which may have its names from then on.
   * @throws {RequestError} precondition-failed where it was changed, or came to own something, since it was read; conflict like
   * `create` of the successor
   */
  async remove(
    district: string,
    kept: items.KeptAccount,
    { deeds, doing, successor }: { deeds: readonly Deed[]; doing: Doing; successor?: Account | undefined },
  ): Promise<void> {
    const { logins: table } = this.#tables;
    const held = deeds.filter(({ kind }) => kind === 'assignment');
    const seats = deeds.map(seatOf).filter((seat) => seat !== undefined);
    const writes = [
      ...items.removal(this.#tables, district, kept, held.length),
      ...items.untie(this.#tables.access, district, kept.account, successor),
      ...(successor === undefined
        ? []
        : items.creation(this.#tables, district, { account: successor, manual: {} })),
      ...claims(this.#tables, district, { before: kept.account, after: successor }),
      ...this.#ends(district, deeds, doing),
      ...unguarded(this.#seats.leaving(district, seats, kept.account.id)),
      ...unguarded([closedLogin({ table, district, account: kept.account.id }, new Date(doing.at))]),
    ];
    const tells = [
      ...told(kept.account, 'removed', { takes: deeds }),
      ...(successor === undefined ? [] : told(successor, 'created', {})),
    ];
    await this.#write(district, writes, tells);
  }

  #ends(district: string, deeds: readonly Deed[], doing: Doing): items.Guarded[] {
    return deeds.flatMap((deed) =>
      unguarded([...this.#rows.ends(district, deed, doing), ...this.#rows.marks(district, deed, 'unset')]),
    );
  }

  async find(district: string, id: string): Promise<items.KeptAccount | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({
          TableName: this.#tables.accounts,
          Key: accountKey(district, id),
          ConsistentRead: true,
        }),
      ),
    );
    return Item === undefined ? undefined : items.StoredAccount.parse(Item);
  }

  list(
    district: string,
    options: { limit: number; cursor?: string | undefined },
  ): Promise<Page<items.KeptAccount>> {
    const partitions = Array.from({ length: accountShards }, (_, shard) =>
      accountsPartition(district, shard),
    );
    const table = this.#tables.accounts;
    return walk(partitions, options, async ({ partition, after, limit }) => {
      const found = await queryPage(this.#dynamo, { table, partition, after, limit });
      const kept = found.items.map((item) => ({
        sk: String(item.sk),
        item: items.StoredAccount.parse(item),
      }));
      return { more: found.more, items: kept };
    });
  }

  /** The account of a username or e-mail. */
  async named(
    district: string,
    kind: 'username' | 'email',
    name: string,
  ): Promise<items.KeptAccount | undefined> {
    const { pk } = accessKey(district, 'login', lookupId(kind, name));
    const item = (await readItems(this.#dynamo, this.#tables.access, [pk])).get(pk);
    const { login } = StoredLoginName.parse(item ?? {});
    return login === undefined ? undefined : this.find(district, login);
  }

  /** The accounts of a person, by id. */
  async ofUser(district: string, user: string): Promise<items.KeptAccount[]> {
    const ids = Object.keys((await this.#manuals(district, [user])).get(user)?.logins ?? {}).sort();
    const found = await Promise.all(ids.map((id) => this.find(district, id)));
    return found.filter((kept) => kept !== undefined);
  }

  /** What each account has by hand, in all systems. */
  async assignments(district: string, ids: readonly string[]): Promise<Map<string, Assignment[]>> {
    const manuals = await this.#manuals(district, ids);
    return new Map([...manuals].map(([id, { manual }]) => [id, Object.values(manual)]));
  }

  async #manuals(district: string, ids: readonly string[]): Promise<Map<string, StoredManual>> {
    const pkOf = (id: string) => accessKey(district, 'person', id).pk;
    const found = await readItems(this.#dynamo, this.#tables.access, ids.map(pkOf));
    return new Map(ids.map((id) => [id, StoredManual.parse(found.get(pkOf(id)) ?? {})]));
  }

  /**
   * A login is set in a map, which has to be there before.
   * @throws {RequestError} unprocessable where the person is a login, or was one
   */
  async #readyPerson(district: string, user: string): Promise<void> {
    const isNoLogin = 'attribute_not_exists(login) AND attribute_not_exists(loginOf)';
    try {
      await calling(
        this.#dynamo.send(
          new UpdateCommand({
            TableName: this.#tables.access,
            Key: accessKey(district, 'person', user),
            UpdateExpression: 'SET logins = if_not_exists(logins, :none)',
            ConditionExpression: `${isNoLogin} AND attribute_not_exists(removed)`,
            ExpressionAttributeValues: { ':none': {} },
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      const message = 'An account is tied to a person, never to another account.';
      throw new RequestError('unprocessable', 'unknown-user', message, { cause: error });
    }
  }

  /** The first condition that does not hold says what is wrong. */
  async #write(district: string, writes: readonly items.Guarded[], tells: readonly Told[]): Promise<void> {
    if (writes.length > mostWrites) {
      const message = 'Too many roles change at once: give or take away some of them first.';
      throw new RequestError('conflict', 'too-many-assignments', message);
    }
    try {
      const plain = writes.map(({ write }) => write);
      await this.#log.transact(district, plain, tells);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      const [means] = error.writes.flatMap((at) => writes[at]?.means ?? []);
      throw means ?? items.changedMeanwhile();
    }
  }
}

function told(
  { id, user }: Account,
  change: Told['change'],
  { gives = [], takes = [] }: { gives?: readonly Deed[]; takes?: readonly Deed[] },
): Told[] {
  return [
    { type: 'account', change, id, ...(user === undefined ? {} : { user }) },
    ...takes.map((deed) => toldOf(deed, 'removed')),
    ...gives.map((deed) => toldOf(deed, 'created')),
  ];
}

/** Their conditions fail only where somebody else was faster. */
function unguarded(writes: NonNullable<TransactWriteCommandInput['TransactItems']>): items.Guarded[] {
  return writes.map((write) => ({ write }));
}
