import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type FactKey, resourceId } from '../access/named-keys.ts';
import { StoredManual, StoredOwnResource } from './access-items.ts';
import { calling, transact } from './calls.ts';
import { accessKey, ownResourceKey } from './keys.ts';

type Named = { type: string; id: string };

/**
 * What people keep for catalogues of their own: of resources, and of users. A resource's item in `access` decides; that there is one
 * stands in `assignments`, for searches, written in the same transaction.
 */
export class OwnFacts {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: { access: string; assignments: string };

  constructor(dynamo: DynamoDBDocumentClient, tables: { access: string; assignments: string }) {
    this.#dynamo = dynamo;
    this.#tables = tables;
  }

  /** Replaces what is kept; holds with the next check. */
  async put(district: string, named: Named, facts: StoredOwnResource): Promise<void> {
    const kept = named.type === 'user' ? facts.properties : facts;
    const Update = {
      ...this.#itemOf(district, named),
      UpdateExpression: 'SET #part = :kept',
      ExpressionAttributeValues: { ':kept': kept },
    };
    const Put = { TableName: this.#tables.assignments, Item: ownResourceKey(district, named) };
    await transact(this.#dynamo, [{ Update }, ...(named.type === 'user' ? [] : [{ Put }])]);
  }

  async find(district: string, named: Named): Promise<StoredOwnResource | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({ TableName: this.#tables.access, Key: keyOf(district, named), ConsistentRead: true }),
      ),
    );
    if (named.type === 'user') {
      const { properties } = StoredManual.parse(Item ?? {});
      return properties && { properties };
    }
    return Item?.resource === undefined ? undefined : StoredOwnResource.parse(Item.resource);
  }

  /** Again changes nothing. */
  async remove(district: string, named: Named): Promise<void> {
    const Update = { ...this.#itemOf(district, named), UpdateExpression: 'REMOVE #part' };
    const Delete = { TableName: this.#tables.assignments, Key: ownResourceKey(district, named) };
    await transact(this.#dynamo, [{ Update }, ...(named.type === 'user' ? [] : [{ Delete }])]);
  }

  #itemOf(district: string, named: Named) {
    return {
      TableName: this.#tables.access,
      Key: keyOf(district, named),
      ExpressionAttributeNames: { '#part': named.type === 'user' ? 'properties' : 'resource' },
    };
  }
}

function keyOf(district: string, named: Named): { pk: string } {
  const key: FactKey =
    named.type === 'user' ? { kind: 'person', id: named.id } : { kind: 'resource', id: resourceId(named) };
  return accessKey(district, key.kind, key.id);
}
