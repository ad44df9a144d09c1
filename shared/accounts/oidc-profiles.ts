import type { FieldProblem } from '../errors.ts';

/** What is known of a provider before a district names it. */
export type OidcProfile = {
  /** The issuer where it is one for everybody, else what a district's own looks like; absent: any. */
  issuer?: string | RegExp;
  scopes: string;
  /** The claim by which the provider knows a person for good, and gives to nobody else. */
  subject: string;
  /** The claim that names the provider's customer. With `inIssuer` a part of the issuer says which one it has to be, else the settings do. */
  tenant?: { claim: string; inIssuer?: RegExp };
  /** Claims that may say who somebody is in the roster; `own`: any that a person cannot change, since the issuer is the district's. */
  matches: readonly string[] | 'own';
};

export const profileNames = ['google', 'entra', 'classlink', 'clever', 'oidc'] as const;
export type ProfileName = (typeof profileNames)[number];

const guid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** Sources, and what of them was never seen live: docs/decisions/0028-single-sign-on.md, docs/not-seen.md. */
export const oidcProfiles: Readonly<Record<ProfileName, OidcProfile>> = {
  // `hd` comes only with the address, which is not looked at.
  google: {
    issuer: 'https://accounts.google.com',
    scopes: 'openid email',
    subject: 'sub',
    tenant: { claim: 'hd' },
    matches: [],
  },
  // `sub` is another one for each application; `oid` is the person's in the whole tenant.
  entra: {
    issuer: new RegExp(`^https://login\\.microsoftonline\\.(?:com|us)/${guid}/v2\\.0$`),
    scopes: 'openid profile',
    subject: 'oid',
    tenant: { claim: 'tid', inIssuer: new RegExp(`/(${guid})/`) },
    matches: 'own',
  },
  classlink: {
    issuer: 'https://launchpad.classlink.com',
    scopes: 'openid profile oneroster',
    subject: 'sub',
    tenant: { claim: 'classLink_tenant_id' },
    matches: ['classLink_sourcedId'],
  },
  clever: {
    issuer: 'https://clever.com',
    scopes: 'openid',
    subject: 'sub',
    tenant: { claim: 'district' },
    matches: ['sub', 'user_id', 'multi_role_user_id'],
  },
  oidc: { scopes: 'openid', subject: 'sub', matches: 'own' },
};

/** How a district takes people from a provider. */
export type ProviderRules = {
  issuer: string;
  tenant?: string | undefined;
  /** Whoever comes without a link is the roster person whose `sourcedId` this claim has. */
  match?: { claim: string; to: 'sourcedId' } | undefined;
};

/** What people can change, or are given of somebody who has left: it says nothing about who somebody is. */
const changeable = /mail|upn|name|phone|address|nick|profile|picture/i;

/** @returns what keeps the settings from being used */
export function unfitRules(
  profile: OidcProfile,
  { issuer, tenant, match }: Omit<ProviderRules, 'issuer'> & { issuer?: string | undefined },
): FieldProblem[] {
  const problem = (pointer: string, detail: string | undefined) =>
    detail === undefined ? [] : [{ pointer, detail }];
  return [
    ...problem('/issuer', issuerProblem(profile, issuer)),
    ...problem('/tenant', tenantProblem(profile, { tenant, match })),
    ...problem('/match/claim', match && claimProblem(profile, match.claim)),
  ];
}

function issuerProblem({ issuer: known }: OidcProfile, issuer: string | undefined): string | undefined {
  if (typeof known === 'string') {
    return issuer === undefined || issuer === known ? undefined : `is ${known} for this profile`;
  }
  if (issuer === undefined) return 'is needed for this profile';
  return known === undefined || known.test(issuer) ? undefined : 'is not one of this profile';
}

function tenantProblem(
  { tenant: known, matches }: OidcProfile,
  { tenant, match }: Pick<ProviderRules, 'tenant' | 'match'>,
): string | undefined {
  const isTaken = known !== undefined && known.inIssuer === undefined;
  if (tenant !== undefined && !isTaken) return 'is not for this profile';
  // Ids of a roster are only as good as whoever gives them: another customer of the provider may give the same.
  const isNeeded = isTaken && match !== undefined && matches !== 'own';
  return isNeeded && tenant === undefined ? 'is needed where people are matched' : undefined;
}

function claimProblem({ matches }: OidcProfile, claim: string): string | undefined {
  if (matches === 'own') {
    return changeable.test(claim) ? 'can change hands, and says nothing about who somebody is' : undefined;
  }
  if (matches.includes(claim)) return undefined;
  return matches.length === 0
    ? 'this profile has no claim that a roster has too'
    : `is none of ${matches.join(', ')}`;
}

export type Claims = Readonly<Record<string, unknown>>;
export type Identity = { subject: string; sourcedId?: string };

/** Who the claims of a valid id token are about. `other-tenant`: not of the district's; `no-subject`: the claim is missing. */
export function identityOf(
  { subject: name, tenant: known }: OidcProfile,
  { issuer, tenant: wanted, match }: ProviderRules,
  claims: Claims,
): Identity | 'other-tenant' | 'no-subject' {
  const tenant = known?.inIssuer === undefined ? wanted : known.inIssuer.exec(issuer)?.[1];
  if (known !== undefined && tenant !== undefined && textOf(claims, known.claim) !== tenant) {
    return 'other-tenant';
  }
  const subject = textOf(claims, name);
  if (subject === undefined) return 'no-subject';
  const sourcedId = match && textOf(claims, match.claim);
  return { subject, ...(sourcedId === undefined ? {} : { sourcedId }) };
}

/** Ids that some providers give as numbers. */
function textOf(claims: Claims, name: string): string | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.length > 0 && text.length <= 255 ? text : undefined;
}
