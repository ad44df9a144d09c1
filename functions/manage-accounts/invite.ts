import type { Deps } from './deps.ts';

type Invitation = { district: string; account: string; by: string; now: Date };

export async function invite(
  { mails, events }: Pick<Deps, 'mails' | 'events'>,
  { district, account, by, now }: Invitation,
): Promise<void> {
  await mails.send({ kind: 'invitation', district, account, at: now.toISOString() });
  events.audited({ district, by, action: 'account-invited', what: { account } });
}
