import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ConditionFailed } from './calls.ts';
import { ChangeLog } from './change-log.ts';
import { type HeadParts, headChanged, headWrites } from './head.ts';
import { accessKey } from './keys.ts';

/** What people change of the items that checks read, and of nothing besides. `access`: pk = district, kind, id. */
export class AccessChanges {
  readonly #table: string;
  readonly #log: ChangeLog;

  constructor(dynamo: DynamoDBDocumentClient, tables: { access: string; syncs: string }) {
    this.#table = tables.access;
    this.#log = new ChangeLog(dynamo, tables.syncs);
  }

  /**
   * Replaces parts of the head in all its copies, or nowhere.
   * @returns the revision that has them
   * @throws {RequestError} precondition-failed where the head is no longer at `revision`
   */
  async changeHead(district: string, parts: HeadParts, revision: number): Promise<number> {
    const told = Object.keys(parts).map((id) => ({ type: 'setting', change: 'updated', id }) as const);
    try {
      await this.#log.transact(district, headWrites(this.#table, district, { parts, revision }), told);
      return revision + 1;
    } catch (error) {
      if (error instanceof ConditionFailed) throw headChanged(error);
      throw error;
    }
  }

  /** Of a student; holds with the next check. */
  async putTags(district: string, user: string, tags: readonly string[]): Promise<void> {
    const write = {
      Update: {
        TableName: this.#table,
        Key: accessKey(district, 'person', user),
        UpdateExpression: 'SET tags = :tags',
        ExpressionAttributeValues: { ':tags': tags },
      },
    };
    await this.#log.transact(district, [write], [{ type: 'tags', change: 'updated', id: user }]);
  }
}
