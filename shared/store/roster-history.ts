import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PersonFacts } from '../access/facts.ts';
import { RequestError } from '../errors.ts';
import { CommittedState } from '../roster/committed-state.ts';
import type { Commit } from '../roster/sync-stores.ts';
import { StoredPersonFacts } from './access-items.ts';
import { Commits } from './commits.ts';
import type { S3Objects } from './objects.ts';

/**
 * What the roster said on a past day: a commit's manifest names every object of the state that it made, and none of them is ever
 * written again (decision 0011).
 */
export class RosterHistory {
  readonly #commits: Commits;
  readonly #objects: Pick<S3Objects, 'find'>;

  constructor(dynamo: DynamoDBDocumentClient, table: string, objects: Pick<S3Objects, 'find'>) {
    this.#commits = new Commits(dynamo, table);
    this.#objects = objects;
  }

  /** The last one, or the last one before an instant in ISO 8601. */
  lastCommit(district: string, before?: string): Promise<Commit | undefined> {
    return this.#commits.last(district, before);
  }

  /**
   * What a commit's roster says of a person; `undefined` where it has no such person.
   * @throws {RequestError} gone: `history-gone`, where that state is kept no longer
   */
  async person({ district, manifest, at }: Commit, id: string): Promise<PersonFacts | undefined> {
    const get = async (key: string): Promise<string> => {
      const text = await this.#objects.find(key);
      if (text !== undefined) return text;
      const message = `The roster of ${at} is kept no longer, so that what stood then can't be told.`;
      throw new RequestError('gone', 'history-gone', message);
    };
    const state = await CommittedState.open({ get }, district, manifest);
    const line = await state.line('person', id);
    return line === undefined ? undefined : StoredPersonFacts.parse(JSON.parse(line.json));
  }
}
