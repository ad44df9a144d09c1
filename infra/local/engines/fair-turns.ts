type Grouped = { messageGroupId?: string | undefined };

/** How many turns are remembered; SQS takes a group for a noisy neighbour from as many messages in flight. */
const remembered = 30;

/**
 * Whose turn it is in a queue that several share: the group's that has the fewest messages in flight and among the last ones given
 * out, then by arrival. A few messages of one so pass the backlog of another, and two backlogs alternate. A message without a
 * group is a group of its own, as in SQS.
 */
export class FairTurns {
  #last: unknown[] = [];

  /** All of `waiting`, with those that are due in the next `count` turns at its front. */
  order<Message extends Grouped>(
    waiting: readonly Message[],
    inFlight: Iterable<Message>,
    count: number,
  ): Message[] {
    const groups = Map.groupBy(waiting, groupOf);
    const chosen = new Set<Message>();
    while (chosen.size < count && groups.size > 0) {
      const load = tally([...this.#last, ...[...inFlight].map(groupOf)]);
      const [group, messages] = leastLoaded(groups, load);
      const message = messages.shift();
      if (messages.length === 0) groups.delete(group);
      if (message === undefined) continue;
      chosen.add(message);
      this.#last = [...this.#last, group].slice(-remembered);
    }
    return [...chosen, ...waiting.filter((message) => !chosen.has(message))];
  }
}

function leastLoaded<Message>(
  groups: ReadonlyMap<unknown, Message[]>,
  load: ReadonlyMap<unknown, number>,
): [unknown, Message[]] {
  const loadOf = ([group]: [unknown, Message[]]) => load.get(group) ?? 0;
  return [...groups].reduce((best, group) => (loadOf(group) < loadOf(best) ? group : best));
}

function tally(groups: readonly unknown[]): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  return counts;
}

function groupOf(message: Grouped): unknown {
  return message.messageGroupId ?? message;
}
