type Grouped = { messageGroupId?: string | undefined };

/**
 * Whose turn it is in a queue that several share: first the group with the fewest messages in flight, of those the one that has
 * waited longest for a turn, then order of arrival. A message without a group is a group of its own, as in SQS.
 */
export class FairTurns {
  #turn = 0;
  readonly #lastTurns = new Map<unknown, number>();

  /** All of `waiting`, with those that are due in the next `count` turns at its front. */
  order<Message extends Grouped>(
    waiting: readonly Message[],
    inFlight: Iterable<Message>,
    count: number,
  ): Message[] {
    const groups = new Map<unknown, Message[]>();
    for (const message of waiting) {
      const group = groups.get(groupOf(message));
      if (group === undefined) groups.set(groupOf(message), [message]);
      else group.push(message);
    }
    const flying = new Map<unknown, number>();
    const fly = (message: Message) => flying.set(groupOf(message), (flying.get(groupOf(message)) ?? 0) + 1);
    for (const message of inFlight) fly(message);

    const chosen = new Set<Message>();
    while (chosen.size < count && groups.size > 0) {
      const [key, messages] = this.#due(groups, flying);
      const message = messages.shift();
      if (message === undefined) {
        groups.delete(key);
        continue;
      }
      chosen.add(message);
      fly(message);
      if (message.messageGroupId !== undefined) this.#lastTurns.set(key, ++this.#turn);
    }
    return [...chosen, ...waiting.filter((message) => !chosen.has(message))];
  }

  #due<Message>(
    groups: ReadonlyMap<unknown, Message[]>,
    flying: ReadonlyMap<unknown, number>,
  ): [unknown, Message[]] {
    return [...groups].reduce((best, group) => {
      const more = (flying.get(group[0]) ?? 0) - (flying.get(best[0]) ?? 0);
      const later = (this.#lastTurns.get(group[0]) ?? 0) - (this.#lastTurns.get(best[0]) ?? 0);
      return more < 0 || (more === 0 && later < 0) ? group : best;
    });
  }
}

function groupOf(message: Grouped): unknown {
  return message.messageGroupId ?? message;
}
