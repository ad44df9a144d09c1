import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type FactKey, resourceId } from '../access/named-keys.ts';
import type { Told } from '../roster/told.ts';
import { StoredManual, StoredOwnResource } from './access-items.ts';
import { calling } from './calls.ts';
import { ChangeLog } from './change-log.ts';
import { accessKey, ownResourceKey } from './keys.ts';

type Named = { type: string; id: string };

/**
 * What people keep for catalogues of their own: of resources, and of users. A resource's item in `access` decides; that there is one
 * stands in `assignments`, for searches, written in the same transaction.
 */
export class OwnFacts {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: { access: string; assignments: string };
  readonly #log: ChangeLog;

  constructor(
    dynamo: DynamoDBDocumentClient,
    tables: { access: string; assignments: string; syncs: string },
  ) {
    this.#dynamo = dynamo;
    this.#tables = tables;
    this.#log = new ChangeLog(dynamo, tables.syncs);
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
    const writes = [{ Update }, ...(named.type === 'user' ? [] : [{ Put }])];
    await this.#log.transact(district, writes, [told(named, 'updated')]);
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
    const writes = [{ Update }, ...(named.type === 'user' ? [] : [{ Delete }])];
    await this.#log.transact(district, writes, [told(named, 'removed')]);
  }

  #itemOf(district: string, named: Named) {
    return {
      TableName: this.#tables.access,
      Key: keyOf(district, named),
      ExpressionAttributeNames: { '#part': named.type === 'user' ? 'properties' : 'resource' },
    };
  }
}

/** Whether there was one before is not looked at. */
function told({ type, id }: Named, change: Told['change']): Told {
  return { type: 'resource', change, kind: type, id };
}

function keyOf(district: string, named: Named): { pk: string } {
  const key: FactKey =
    named.type === 'user' ? { kind: 'person', id: named.id } : { kind: 'resource', id: resourceId(named) };
  return accessKey(district, key.kind, key.id);
}
