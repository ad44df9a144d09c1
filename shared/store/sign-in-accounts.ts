import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { lookupId } from '../access/lookup.ts';
import type { Account } from '../accounts/account.ts';
import { StoredLoginName, StoredManual } from './access-items.ts';
import { StoredAccount } from './account-items.ts';
import { readItems } from './batch-get.ts';
import { calling } from './calls.ts';
import { accessKey, accountKey, loginNamePartition } from './keys.ts';

/** `tenants`: for names whose district is to be found out. */
type Tables = { tenants?: string; access: string; accounts: string };
export type FoundAccount = { district: string; account: Account };
/** `id`: of the account, or one that none has. */
export type NamedAccount = { district: string; id: string; account: Account | undefined };

/** Where names are looked for that are of no district, or of several; no district can be called so. */
export const nowhere = '-';

/**
 * Whom a username or e-mail stands for. Of other districts than a named one, `tenants` knows no more than that the digest of a name
 * is in use there: pk = `login-name`, digest; sk = district.
 */
export class SignInAccounts {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: Tables;
  readonly #enter: (district: string) => void;

  /** @param enter is told the district that a name turned out to be of, before anything of it is read */
  constructor(dynamo: DynamoDBDocumentClient, tables: Tables, enter: (district: string) => void) {
    this.#dynamo = dynamo;
    this.#tables = tables;
    this.#enter = enter;
  }

  /**
   * Without a district, only where exactly one has the name. Whoever has no such name is looked for all the same, in the same
   * reads, under an id that no account has: how long it takes says nothing.
   */
  async named(by: 'username' | 'email', name: string, district?: string): Promise<NamedAccount> {
    const lookup = lookupId(by, name);
    const at = district ?? (await this.#onlyDistrict(lookup)) ?? nowhere;
    this.#enter(at);
    const { pk } = accessKey(at, 'login', lookup);
    const item = (await readItems(this.#dynamo, this.#tables.access, [pk])).get(pk);
    const { login: id = `nobody:${lookup}` } = StoredLoginName.parse(item ?? {});
    return { district: at, id, account: (await this.find(at, id))?.account };
  }

  /** Where somebody goes by a name that was written into the form of resets; `lookups`: of it as a username and as an address. */
  async placesOf(
    lookups: { username: string; email: string },
    district?: string,
  ): Promise<{ district: string; lookup: string }[]> {
    const places: { district: string; lookup: string }[] = [];
    for (const lookup of [lookups.username, lookups.email]) {
      const at = district ?? (await this.#onlyDistrict(lookup));
      if (at !== undefined) places.push({ district: at, lookup });
    }
    return places;
  }

  async byLookup(district: string, lookup: string): Promise<FoundAccount | undefined> {
    const { pk } = accessKey(district, 'login', lookup);
    const item = (await readItems(this.#dynamo, this.#tables.access, [pk])).get(pk);
    const { login } = StoredLoginName.parse(item ?? {});
    return login === undefined ? undefined : this.find(district, login);
  }

  async find(district: string, id: string): Promise<FoundAccount | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({
          TableName: this.#tables.accounts,
          Key: accountKey(district, id),
          ConsistentRead: true,
        }),
      ),
    );
    return Item === undefined ? undefined : { district, account: StoredAccount.parse(Item).account };
  }

  /** The accounts that are tied to a roster person. */
  async ofUser(district: string, user: string): Promise<FoundAccount[]> {
    const { pk } = accessKey(district, 'person', user);
    const item = (await readItems(this.#dynamo, this.#tables.access, [pk])).get(pk);
    const ids = Object.keys(StoredManual.parse(item ?? {}).logins);
    const found = await Promise.all(ids.map((id) => this.find(district, id)));
    return found.filter((one) => one !== undefined);
  }

  async #onlyDistrict(lookup: string): Promise<string | undefined> {
    const { Items = [] } = await calling(
      this.#dynamo.send(
        new QueryCommand({
          TableName: this.#tables.tenants,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': loginNamePartition(lookup) },
          ConsistentRead: true,
          Limit: 2,
        }),
      ),
    );
    const [only, other] = Items;
    return only === undefined || other !== undefined ? undefined : String(only.sk);
  }
}
