import type { FeedRow, ProblemRow } from '../../roster/feed-reading.ts';
import { IdIndex } from '../id-index.ts';
import { showId } from '../mask.ts';
import { problemOf } from '../problem-texts.ts';

/** Agents that no row before theirs had: a pair of numbers each, as half a district may wait at once. */
export class PendingAgents {
  readonly #users: IdIndex;
  /** The ids waited for. */
  readonly #agents = new IdIndex();
  /** User and agent by ordinal, one pair after the other. */
  #pairs = new Uint32Array(1024);
  #used = 0;

  constructor(users: IdIndex) {
    this.#users = users;
  }

  /** Notes what a row of `users.csv` refers to and cannot be found yet. */
  wait(row: FeedRow): void {
    if (row.kind !== 'record' || row.entity !== 'users') return;
    for (const id of row.record.agentIds ?? []) {
      if (this.#users.find(id) >= 0) continue;
      const added = this.#agents.add(id, row.line);
      this.#push(this.#users.find(row.sourcedId), added < 0 ? this.#agents.find(id) : added);
    }
  }

  /** Once the whole file is read: a problem for each user with an agent that never came. Any row of it counts. */
  *settle(file: string, reject: (sourcedId: string) => void): Generator<ProblemRow> {
    let last = -1;
    for (let at = 0; at < this.#used; at += 2) {
      const user = this.#pairs[at] ?? 0;
      const agentId = this.#agents.text(this.#pairs[at + 1] ?? 0);
      if (user === last || this.#users.find(agentId) >= 0) continue;
      last = user;
      const sourcedId = this.#users.text(user);
      reject(sourcedId);
      const place = { file, row: this.#users.line(user), column: 'agentSourcedIds', value: showId(agentId) };
      const problem = problemOf('dangling-reference', 'error', { ...place, detail: file });
      yield { kind: 'problem', problem, dropped: { entity: 'users', sourcedId } };
    }
  }

  #push(user: number, agent: number): void {
    if (this.#used === this.#pairs.length) {
      const bigger = new Uint32Array(this.#used * 2);
      bigger.set(this.#pairs);
      this.#pairs = bigger;
    }
    this.#pairs[this.#used] = user;
    this.#pairs[this.#used + 1] = agent;
    this.#used += 2;
  }
}
