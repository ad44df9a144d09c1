import { StoreUnavailable } from '../errors.ts';
import type { Webhook } from '../reports/webhook.ts';
import type { VendorSecrets } from './vendor-secrets.ts';

/** What calls are signed with now: the secret, and for a while the one before. `now`: milliseconds since the epoch. */
export async function secretsOf(
  secrets: Pick<VendorSecrets, 'get'>,
  district: string,
  { id, secret, former }: Pick<Webhook, 'id' | 'secret' | 'former'>,
  now: number,
): Promise<string[]> {
  const isGood = former !== undefined && Date.parse(former.until) > now;
  const versions = [secret.version, ...(isGood ? [former.version] : [])];
  const found = await Promise.all(versions.map((version) => secrets.get(district, id, version)));
  const [present, ...before] = found.map((kept) => kept?.credentials.secret);
  if (present === undefined) throw new StoreUnavailable('The secret of a webhook is not there yet.');
  return [present, ...before.filter((text) => text !== undefined)];
}
