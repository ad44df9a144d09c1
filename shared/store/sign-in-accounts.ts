import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { lookupId } from '../access/lookup.ts';
import type { Account } from '../accounts/account.ts';
import { StoredLoginName } from './access-items.ts';
import { StoredAccount } from './account-items.ts';
import { readItems } from './batch-get.ts';
import { calling } from './calls.ts';
import { accessKey, accountKey, loginNamePartition } from './keys.ts';

type Tables = { tenants: string; access: string; accounts: string };
export type FoundAccount = { district: string; account: Account };

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

  /** Without a district, only where exactly one has the name. */
  async named(by: 'username' | 'email', name: string, district?: string): Promise<FoundAccount | undefined> {
    const lookup = lookupId(by, name);
    const at = district ?? (await this.#onlyDistrict(lookup));
    if (at === undefined) return undefined;
    this.#enter(at);
    const { pk } = accessKey(at, 'login', lookup);
    const item = (await readItems(this.#dynamo, this.#tables.access, [pk])).get(pk);
    const { login } = StoredLoginName.parse(item ?? {});
    return login === undefined ? undefined : this.find(at, login);
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
