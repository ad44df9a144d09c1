import type { FieldProblem } from '../../shared/errors.ts';
import type { Feed, FeedSettings, KeptSource } from '../../shared/messages/districts.ts';
import { addressProblem } from '../../shared/runtime/vendor-address.ts';
import type { VendorSecrets } from '../../shared/store/vendor-secrets.ts';
import { unfit } from './unfit.ts';

export type SourceDeps = {
  secrets: Pick<VendorSecrets, 'put' | 'remove'>;
  /** Whether servers on this machine may be asked: on stacks that run on one. */
  loopbackVendors: boolean;
};

type Asked = { district: string; feed: string; now: Date; before: Feed | undefined };

/**
 * Where a feed comes from, as it is kept: what it signs in with goes to Secrets Manager and nowhere else.
 * @throws {RequestError} malformed where the address may not be asked, or credentials are missing
 */
export async function keepSource(
  { secrets, loopbackVendors }: SourceDeps,
  source: FeedSettings['source'],
  { district, feed, now, before }: Asked,
): Promise<KeptSource> {
  if (typeof source === 'string') return source;
  const { url, credentials, fullEveryDays } = source;
  const { origin } = new URL(url);
  const problems = addressProblems(source, loopbackVendors);
  if (problems.length > 0) throw unfit(problems);
  if (credentials === undefined) {
    const kept = before?.source;
    // Else whoever may change settings could have the secret sent to a server of theirs.
    const isSame = kept !== undefined && typeof kept !== 'string' && new URL(kept.url).origin === origin;
    if (isSame) return { url, fullEveryDays, credentials: kept.credentials };
    throw unfit([
      {
        pointer: '/source/credentials',
        detail: 'are needed: there are none yet for the server of this address',
      },
    ]);
  }
  const version = await secrets.put(district, feed, { origin, credentials });
  return { url, fullEveryDays, credentials: { set: true, changedAt: now.toISOString(), version } };
}

/** Of the feed's own address, and of those that credentials name. */
function addressProblems(
  { url, credentials = {} }: Exclude<FeedSettings['source'], string>,
  loopback: boolean,
): FieldProblem[] {
  const named = Object.entries(credentials).filter(([name]) => name.endsWith('Url'));
  const all = [['/source/url', url], ...named.map(([name, value]) => [`/source/credentials/${name}`, value])];
  return all.flatMap(([pointer = '', text = '']) => {
    const detail = URL.canParse(text) ? addressProblem(new URL(text), loopback) : 'is no address';
    return detail === undefined ? [] : [{ pointer, detail }];
  });
}
