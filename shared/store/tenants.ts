import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import * as z from 'zod';
import type { Sharing } from '../access/sharing.ts';
import { RequestError } from '../errors.ts';
import { Client, District } from '../messages/districts.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import { type Page, walk } from './cursors.ts';
import { clientKey, clientsPartition, districtKey, districtsPartition, headCopies, headKey } from './keys.ts';
import { queryPage } from './query.ts';

type NewClient = {
  /** Absent for the operator's own. */
  district?: string;
  name: string;
  scopes: readonly string[];
  user?: string;
  defaultSystem?: string;
  sharing?: Sharing;
  now: Date;
  /** Distinguishes it among the clients of its district. */
  id?: string;
  /** Chosen where something else must know it beforehand; random otherwise. */
  secret?: string;
};

const StoredClient = Client.extend({
  secretHash: z.string(),
  /** Of the secret before, while that is good too. */
  former: z.object({ secretHash: z.string(), until: z.string() }).optional(),
});

type ListOptions = { limit: number; cursor?: string | undefined };

/**
 * Districts and the clients that speak for them.
 * `tenants`: pk = `districts`, sk = district · pk = clients of a district, sk = client.
 */
export class Tenants {
  readonly #dynamo: DynamoDBDocumentClient;
  /** `access` only where districts are made. */
  readonly #tables: { tenants: string; access?: string };

  constructor(dynamo: DynamoDBDocumentClient, tables: { tenants: string; access?: string }) {
    this.#dynamo = dynamo;
    this.#tables = tables;
  }

  /**
   * The district and all copies of its head, or nothing.
   * @throws {RequestError} conflict where the id is taken
   */
  async createDistrict(district: District): Promise<District> {
    const { tenants, access } = this.#tables;
    if (access === undefined) throw new Error('A district needs the table of its heads.');
    const head = { committed: 0, revision: 0, settings: {}, ...headPartsOf(district) };
    const copies = Array.from({ length: headCopies }, (_, copy) => ({
      ...headKey(district.id, copy),
      ...head,
    }));
    const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
    try {
      await transact(this.#dynamo, [
        {
          Put: {
            TableName: tenants,
            Item: { ...districtKey(district.id), ...district },
            ...isNew,
          },
        },
        ...copies.map((Item) => ({ Put: { TableName: access, Item, ...isNew } })),
      ]);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      throw new RequestError('conflict', 'district-exists', 'There is a district of this id.', {
        cause: error,
      });
    }
    return district;
  }

  /** Replaces the district's record; its head is another matter. */
  async putDistrict(district: District): Promise<void> {
    await calling(
      this.#dynamo.send(
        new PutCommand({
          TableName: this.#tables.tenants,
          Item: { ...districtKey(district.id), ...district },
        }),
      ),
    );
  }

  async findDistrict(id: string): Promise<District | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({ TableName: this.#tables.tenants, Key: districtKey(id), ConsistentRead: true }),
      ),
    );
    return Item === undefined ? undefined : District.parse(Item);
  }

  listDistricts(options: ListOptions): Promise<Page<District>> {
    return this.#list(districtsPartition, options, District);
  }

  /** Idempotent for a given `id` and `secret`; a new secret replaces the old one. */
  async createClient(wanted: NewClient): Promise<{ client: Client; clientSecret: string }> {
    const { district, name, scopes, user, defaultSystem, sharing, now, id = ulid(), secret } = wanted;
    const clientId = district === undefined ? id : `${district}.${id}`;
    const clientSecret = secret ?? randomBytes(32).toString('base64url');
    const client: Client = {
      clientId,
      name,
      scopes: [...scopes],
      ...(district === undefined ? {} : { district }),
      ...(user === undefined ? {} : { user }),
      ...(defaultSystem === undefined ? {} : { defaultSystem }),
      ...(sharing === undefined ? {} : { sharing }),
      createdAt: now.toISOString(),
    };
    await calling(
      this.#dynamo.send(
        new PutCommand({
          TableName: this.#tables.tenants,
          Item: { ...clientKey(clientId), ...client, secretHash: hashOf(clientSecret) },
        }),
      ),
    );
    return { client, clientSecret };
  }

  listClients(district: string, options: ListOptions): Promise<Page<Client>> {
    return this.#list(clientsPartition(district), options, Client);
  }

  async findClient(clientId: string): Promise<Client | undefined> {
    const stored = await this.#readClient(clientId);
    return stored === undefined ? undefined : Client.parse(stored);
  }

  /** The client, where the secret is its own, or was until just now. Takes as long for an unknown client. */
  async authenticateClient(clientId: string, secret: string, now: Date): Promise<Client | undefined> {
    const stored = await this.#readClient(clientId);
    const given = Buffer.from(hashOf(secret), 'hex');
    const isOne = (hash: string) => timingSafeEqual(given, Buffer.from(hash, 'hex'));
    const isPresent = isOne(stored?.secretHash ?? hashOf(''));
    const isFormer = isOne(stored?.former?.secretHash ?? hashOf(''));
    if (stored === undefined) return undefined;
    const isRight = isPresent || (isFormer && (stored.former?.until ?? '') > now.toISOString());
    return isRight ? Client.parse(stored) : undefined;
  }

  /**
   * A new secret; that of before is good `until` then.
   * @returns nothing where there is no such client
   * @throws {RequestError} conflict where another came first: whose is good would be anybody's guess
   */
  async rotateSecret(
    clientId: string,
    { until, now }: { until: string; now: Date },
  ): Promise<string | undefined> {
    const stored = await this.#readClient(clientId);
    if (stored === undefined) return undefined;
    const secret = randomBytes(32).toString('base64url');
    try {
      await this.#changeClient(clientId, {
        UpdateExpression: 'SET secretHash = :new, secretSince = :now, former = :former',
        ConditionExpression: 'secretHash = :old',
        ExpressionAttributeValues: {
          ':new': hashOf(secret),
          ':old': stored.secretHash,
          ':now': now.toISOString(),
          ':former': { secretHash: stored.secretHash, until },
        },
      });
      return secret;
    } catch (cause) {
      if (!(cause instanceof ConditionFailed)) throw cause;
      const message = 'Somebody else has changed the secret at the same time.';
      throw new RequestError('conflict', 'secret-changed', message, { cause });
    }
  }

  /** @returns whether there is such a client */
  async endFormerSecret(clientId: string): Promise<boolean> {
    try {
      await this.#changeClient(clientId, {
        UpdateExpression: 'REMOVE former',
        ConditionExpression: 'attribute_exists(pk)',
      });
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return false;
    }
  }

  /** @returns whether there was one */
  async revokeClient(clientId: string): Promise<boolean> {
    const { Attributes } = await calling(
      this.#dynamo.send(
        new DeleteCommand({
          TableName: this.#tables.tenants,
          Key: clientKey(clientId),
          ReturnValues: 'ALL_OLD',
        }),
      ),
    );
    return Attributes !== undefined;
  }

  async #changeClient(
    clientId: string,
    change: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
  ): Promise<void> {
    const at = { TableName: this.#tables.tenants, Key: clientKey(clientId) };
    await calling(this.#dynamo.send(new UpdateCommand({ ...at, ...change })));
  }

  async #readClient(clientId: string): Promise<z.infer<typeof StoredClient> | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({ TableName: this.#tables.tenants, Key: clientKey(clientId), ConsistentRead: true }),
      ),
    );
    return Item === undefined ? undefined : StoredClient.parse(Item);
  }

  #list<T>(partition: string, options: ListOptions, schema: z.ZodType<T>): Promise<Page<T>> {
    return walk([partition], options, async ({ after, limit }) => {
      const table = this.#tables.tenants;
      const { items, more } = await queryPage(this.#dynamo, { table, partition, after, limit });
      return { more, items: items.map((item) => ({ sk: String(item.sk), item: schema.parse(item) })) };
    });
  }
}

/** What every check of a district needs of its record. A school year goes by the year that it ends in. */
export function headPartsOf({ timeZone, schoolYear }: Pick<District, 'timeZone' | 'schoolYear'>): {
  timeZone: string;
  schoolYear: string;
} {
  const year = typeof schoolYear === 'number' ? schoolYear : yearOfLastDay(schoolYear.endDate);
  return { timeZone, schoolYear: String(year) };
}

/** The end is exclusive: a year that ends with December has 1 January as its end. */
function yearOfLastDay(endDate: string): number {
  return Number(endDate.slice(0, 4)) - (endDate.endsWith('-01-01') ? 1 : 0);
}

/** Secrets are 256 random bits: nothing to guess, so a plain hash keeps them as well as a slow one. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
