/** A pull of a feed as people see it. A pull that was taken over as an upload is `pulled`; how that went on its sync says. */
export const pullStates = ['waiting', 'pulling', 'pulled', 'unchanged', 'failed', 'rejected'] as const;
export type PullState = (typeof pullStates)[number];

/** Times are ISO 8601. */
export type PullMark = {
  /** The puller's own words for how far it has come. */
  cursor: Readonly<Record<string, string>>;
  /** When everything was last pulled. */
  fullAt: string;
};

/** What a lane keeps of a feed that is pulled. */
export type FeedPull = {
  /** The sync whose pull is under way; one at a time, so that a later sync never brings older data. */
  running?: string;
  last?: { syncId: string; at: string; state: PullState; message?: string };
  /** Of what is committed. Absent, the next pull is a full one. */
  mark?: PullMark;
};

/** What a sync keeps of its pull. */
export type SyncPull = {
  /** Somebody asked for everything, not just what has changed. */
  full?: true;
  /** Days after which everything is pulled. */
  fullEveryDays: number;
  /** The feed's sync before; where that one failed, only a full pull is sure. */
  after?: string;
  /** How often it was begun; each time it writes to a place of its own. */
  tries: number;
  /** When it was begun last; absent while it waits. */
  begunAt?: string;
  /** Of what was pulled. */
  mode?: 'full' | 'delta';
  objects?: number;
  /** The vendor had nothing new, so that there was nothing to plan. */
  unchanged?: true;
  /** Becomes the feed's once the sync is applied. */
  mark?: PullMark;
};

/** Its next pull is a full one. */
export function withoutMark({ mark: _, ...pull }: FeedPull): FeedPull {
  return pull;
}

/** Nothing of it is under way. */
export function withoutRunning({ running: _, ...pull }: FeedPull): FeedPull {
  return pull;
}
