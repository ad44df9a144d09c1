import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { RequestError } from '../errors.ts';
import { IdentityProvider } from '../messages/identity-providers.ts';
import { ConditionFailed, calling } from './calls.ts';
import { identityProviderKey, identityProvidersPartition } from './keys.ts';

const Stored = IdentityProvider.extend({ revision: z.int() });
export type KeptProvider = { provider: IdentityProvider; revision: number };

/** More than a district ever has; one page of a query holds them. */
const mostProviders = 20;

/** Where people of a district may sign in. `logins`: pk = district, `identity-providers`; sk = provider. */
export class IdentityProviders {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async find(district: string, id: string): Promise<KeptProvider | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({
          TableName: this.#table,
          Key: identityProviderKey(district, id),
          ConsistentRead: true,
        }),
      ),
    );
    return Item === undefined ? undefined : keptOf(Item);
  }

  async list(district: string): Promise<IdentityProvider[]> {
    const { Items = [] } = await calling(
      this.#dynamo.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': identityProvidersPartition(district) },
          ConsistentRead: true,
          Limit: mostProviders,
        }),
      ),
    );
    return Items.map((item) => keptOf(item).provider);
  }

  /**
   * @param before what was seen of it
   * @throws {RequestError} precondition-failed where it is another by now; conflict where there are too many
   */
  async put(
    district: string,
    provider: IdentityProvider,
    before: KeptProvider | undefined,
  ): Promise<KeptProvider> {
    if (before === undefined && (await this.list(district)).length >= mostProviders) {
      const message = `A district has at most ${mostProviders} identity providers.`;
      throw new RequestError('conflict', 'too-many-providers', message);
    }
    const revision = (before?.revision ?? 0) + 1;
    await unchanged(
      this.#dynamo.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...identityProviderKey(district, provider.id), ...provider, revision },
          ConditionExpression: before === undefined ? 'attribute_not_exists(pk)' : 'revision = :seen',
          ...(before === undefined ? {} : { ExpressionAttributeValues: { ':seen': before.revision } }),
        }),
      ),
    );
    return { provider, revision };
  }

  /** @throws {RequestError} precondition-failed where it is another by now */
  async remove(district: string, { provider, revision }: KeptProvider): Promise<void> {
    await unchanged(
      this.#dynamo.send(
        new DeleteCommand({
          TableName: this.#table,
          Key: identityProviderKey(district, provider.id),
          ConditionExpression: 'revision = :seen',
          ExpressionAttributeValues: { ':seen': revision },
        }),
      ),
    );
  }
}

function keptOf(item: Record<string, unknown>): KeptProvider {
  const { revision, ...provider } = Stored.parse(item);
  return { provider, revision };
}

async function unchanged(call: Promise<unknown>): Promise<void> {
  try {
    await calling(call);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const message = 'Somebody changed it meanwhile.';
    throw new RequestError('precondition-failed', 'changed-meanwhile', message, { cause: error });
  }
}
