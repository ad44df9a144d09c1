/**
 * What a report's ledger says of the mails about one event. `waiting`: for a digest, or for the end of quiet hours. `off`: the reader
 * does not want it. `ended`: the reader may not hear of it any more. `refused`: the address is none, or took no mail before.
 */
export const deliveryStates = [
  'queued',
  'waiting',
  'off',
  'ended',
  'refused',
  'sent',
  'delivered',
  'bounced',
  'complained',
] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** As much of a line of a ledger as tells of a mail; `of`: the event. */
export type MailLine = {
  id: string;
  at: string;
  what: string;
  to?: string | undefined;
  why?: string | undefined;
  of?: string | undefined;
};
export type Delivery = { account: string; state: DeliveryState; at: string; why?: string | undefined };

const prefix = 'mail-';

export function mailLine(
  state: DeliveryState,
  { at, to, of, why }: { at: string; to: string; of: string; why?: string | undefined },
): Required<Pick<MailLine, 'id' | 'at' | 'what' | 'to' | 'of'>> & { why?: string } {
  const what = `${prefix}${state}`;
  return { id: `${at}#${what}#${to}#${of}`, at, what, to, of, ...(why === undefined ? {} : { why }) };
}

/**
 * How far the mails about an event have come, one for each account. A mail that is queued again begins anew; within one, what the mail
 * system says may come in any order.
 */
export function deliveriesOf(lines: Iterable<MailLine>, event: string): Delivery[] {
  const found = new Map<string, Delivery>();
  for (const { what, to, of, at, why } of lines) {
    const state = deliveryStates.find((one) => what === prefix + one);
    if (state === undefined || to === undefined || of !== event) continue;
    const before = found.get(to);
    const isFurther = before === undefined || state === 'queued' || rank(state) >= rank(before.state);
    if (isFurther) found.set(to, { account: to, state, at, why });
  }
  return [...found.values()];
}

/** Whether there is nobody left who hears, has heard or did not want to hear of it. */
export function isUnheard(deliveries: readonly Delivery[]): boolean {
  return deliveries.every(({ state }) => state === 'bounced' || state === 'refused' || state === 'ended');
}

function rank(state: DeliveryState): number {
  return deliveryStates.indexOf(state);
}
