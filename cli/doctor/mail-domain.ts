import { type Finding, missing, ok, warning } from './finding.ts';

/** As much of `node:dns/promises` as is asked. */
export type Resolver = {
  resolveTxt(name: string): Promise<string[][]>;
  resolveCname(name: string): Promise<string[]>;
};

const nothing = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * What the DNS of the domain that mails are from says (RFC 7208, 7489; DKIM as SES sets it up, by CNAME).
 * @param tokens of DKIM, as SES names them; nothing where SES could not be asked
 */
export async function lookAtDomain(
  dns: Resolver,
  domain: string,
  tokens: readonly string[] | undefined,
): Promise<Finding[]> {
  return Promise.all([spf(dns, domain), dmarc(dns, domain), dkim(dns, domain, tokens)]);
}

async function spf(dns: Resolver, domain: string): Promise<Finding> {
  const records = (await txt(dns, domain)).filter((text) => /^v=spf1( |$)/i.test(text));
  const help = `Publish a TXT record at ${domain}: v=spf1 include:amazonses.com -all`;
  const [only, another] = records;
  if (only === undefined) return missing('SPF', 'no record', help);
  if (another !== undefined) return warning('SPF', 'more than one record: receivers take none', help);
  if (!only.includes('include:amazonses.com')) {
    return warning('SPF', 'does not name SES', `Add include:amazonses.com to the TXT record at ${domain}.`);
  }
  return ok('SPF', only);
}

async function dmarc(dns: Resolver, domain: string): Promise<Finding> {
  const record = (await txt(dns, `_dmarc.${domain}`)).find((text) => /^v=DMARC1\b/i.test(text));
  const help = `Publish a TXT record at _dmarc.${domain}: v=DMARC1; p=quarantine; rua=mailto:…`;
  if (record === undefined) return missing('DMARC', 'no record', help);
  if (/;\s*p=none\b/i.test(record))
    return warning('DMARC', 'asks receivers to refuse nothing (p=none)', help);
  return ok('DMARC', record);
}

async function dkim(dns: Resolver, domain: string, tokens: readonly string[] | undefined): Promise<Finding> {
  if (tokens === undefined) {
    return warning('DKIM', 'not looked at: SES names the records', 'Run it with credentials for SES.');
  }
  const names = tokens.map((token) => `${token}._domainkey.${domain}`);
  const found = await Promise.all(names.map((name) => asked(() => dns.resolveCname(name))));
  const absent = names.filter((_, index) => found[index]?.length === 0);
  if (names.length > 0 && absent.length === 0) return ok('DKIM', `${names.length} keys`);
  const which = absent.length === 0 ? 'the records that SES names' : absent.join(', ');
  return missing('DKIM', 'mails are not signed for the domain', `Publish ${which} as CNAME of SES.`);
}

async function txt(dns: Resolver, name: string): Promise<string[]> {
  return (await asked(() => dns.resolveTxt(name))).map((pieces) => pieces.join(''));
}

/** Nothing where there is no such name. */
async function asked<T>(ask: () => Promise<T[]>): Promise<T[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && 'code' in error && nothing.has(String(error.code))) return [];
    throw error;
  }
}
