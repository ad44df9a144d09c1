import { gunzipSync, gzipSync } from 'node:zlib';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Catalogue, type CatalogueSet, Overlay } from '../access/catalogue.ts';
import {
  type CataloguesOf,
  effectiveCatalogues,
  type OwnDocuments,
  versionOf,
} from '../access/district-catalogues.ts';
import type { DistrictFacts } from '../access/facts.ts';
import { RequestError } from '../errors.ts';
import { readItems } from './batch-get.ts';
import { calling } from './calls.ts';
import { documentKey } from './keys.ts';

/** Bytes that a compressed document may take, well within the 400 KB of an item. */
const mostBytes = 350_000;

const StoredDocument = z.object({ gzip: z.instanceof(Uint8Array) });

/**
 * Catalogues and overlays of districts' own, compressed; a version names what it holds, so that none ever changes.
 * `access`: pk = district, document, version (decision 0010).
 */
export class CatalogueDocuments {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /**
   * Keeps the document under its version; again changes nothing.
   * @throws {RequestError} too-large
   */
  async put(district: string, document: Catalogue | Overlay): Promise<string> {
    const version = versionOf(document);
    const gzip = gzipSync(JSON.stringify(document));
    if (gzip.length > mostBytes) {
      const message = `Compressed, this takes ${gzip.length} bytes; ${mostBytes} at most are kept.`;
      throw new RequestError('too-large', 'document-too-large', message);
    }
    await calling(
      this.#dynamo.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: documentKey(district, version),
          UpdateExpression: 'SET #gzip = :gzip',
          ExpressionAttributeNames: { '#gzip': 'gzip' },
          ExpressionAttributeValues: { ':gzip': gzip },
        }),
      ),
    );
    return version;
  }

  /** `undefined` where the district never put such a version. */
  async catalogue(district: string, version: string): Promise<Catalogue | undefined> {
    const found = (await this.#read(district, [version])).get(version);
    const parsed = Catalogue.safeParse(found);
    return parsed.success ? parsed.data : undefined;
  }

  /** `undefined` where the district never put such a version. */
  async overlay(district: string, version: string): Promise<Overlay | undefined> {
    const found = (await this.#read(district, [version])).get(version);
    const parsed = Overlay.safeParse(found);
    return parsed.success ? parsed.data : undefined;
  }

  /** All that the head points to and that can be read, at once. */
  async own({ id, catalogues = {}, overlays = [] }: DistrictFacts): Promise<OwnDocuments> {
    const wanted = {
      catalogues: Object.values(catalogues),
      overlays: overlays.flatMap(({ version }) => version ?? []),
    };
    const read = await this.#read(id, [...wanted.catalogues, ...wanted.overlays]);
    return {
      catalogues: readable(Catalogue, wanted.catalogues, read),
      overlays: readable(Overlay, wanted.overlays, read),
    };
  }

  async #read(district: string, versions: readonly string[]): Promise<Map<string, unknown>> {
    const items = await readItems(
      this.#dynamo,
      this.#table,
      versions.map((version) => documentKey(district, version).pk),
    );
    const found = new Map<string, unknown>();
    for (const version of versions) {
      const item = items.get(documentKey(district, version).pk);
      if (item === undefined) continue;
      const text = gunzipSync(StoredDocument.parse(item).gzip).toString('utf8');
      found.set(version, JSON.parse(text));
    }
    return found;
  }
}

function readable<T>(
  schema: z.ZodType<T>,
  versions: readonly string[],
  read: ReadonlyMap<string, unknown>,
): Map<string, T> {
  return new Map(
    versions.flatMap((version) => {
      const parsed = schema.safeParse(read.get(version));
      return parsed.success ? [[version, parsed.data] as const] : [];
    }),
  );
}

/** Districts' sets that an instance keeps. */
const mostSets = 50;

/** Resolves a district's head to its catalogues. A district without any of its own costs nothing; others one read for each change. */
export function makeCataloguesOf(
  shipped: CatalogueSet,
  documents: Pick<CatalogueDocuments, 'own'>,
): CataloguesOf {
  const sets = new Map<string, CatalogueSet | Promise<CatalogueSet>>();

  const read = async (key: string, district: DistrictFacts): Promise<CatalogueSet> => {
    try {
      const set = effectiveCatalogues(shipped, district, await documents.own(district));
      sets.set(key, set);
      return set;
    } catch (error) {
      sets.delete(key);
      throw error;
    }
  };

  return (district) => {
    const { catalogues = {}, overlays = [] } = district;
    if (Object.keys(catalogues).length === 0 && overlays.length === 0) return shipped;
    const key = JSON.stringify([district.id, Object.entries(catalogues).sort(), overlays]);
    const known = sets.get(key);
    if (known !== undefined) return known;
    const [oldest] = sets.size >= mostSets ? sets.keys() : [];
    if (oldest !== undefined) sets.delete(oldest);
    const reading = read(key, district);
    sets.set(key, reading);
    return reading;
  };
}
