import { describe, expect, test } from 'vitest';
import { identityOf, oidcProfiles, type ProfileName, unfitRules } from './oidc-profiles.ts';

const tenant = '0a1b2c3d-0000-4000-8000-0123456789ab';
const entra = `https://login.microsoftonline.com/${tenant}/v2.0`;
const by = (claim: string) => ({ match: { claim, to: 'sourcedId' as const } });

type Rules = Parameters<typeof unfitRules>[1];
const places = (profile: ProfileName, rules: Rules) =>
  unfitRules(oidcProfiles[profile], rules).map(({ pointer }) => pointer);

describe('rules of a provider', () => {
  test.each<[ProfileName, Rules]>([
    ['google', {}],
    ['google', { tenant: 'ada.example.org' }],
    ['google', { issuer: 'https://accounts.google.com' }],
    ['entra', { issuer: entra }],
    ['entra', { issuer: entra.replace('.com', '.us'), ...by('employeeid') }],
    ['classlink', { tenant: '2001', ...by('classLink_sourcedId') }],
    ['clever', { tenant: '4fd43cc56d11340000000005', ...by('sub') }],
    ['oidc', { issuer: 'https://id.example.org', ...by('employee_id') }],
  ])('of %s may be %j', (profile, rules) => {
    expect(places(profile, rules)).toEqual([]);
  });

  test.each<[ProfileName, Rules, string]>([
    ['google', { issuer: 'https://evil.test' }, '/issuer'],
    ['google', { tenant: 'x', ...by('sub') }, '/match/claim'],
    // Any tenant of Microsoft's would sign in.
    ['entra', { issuer: 'https://login.microsoftonline.com/common/v2.0' }, '/issuer'],
    ['entra', { issuer: 'https://login.microsoftonline.com/organizations/v2.0' }, '/issuer'],
    ['entra', { issuer: `https://evil.test/${tenant}/v2.0` }, '/issuer'],
    ['entra', {}, '/issuer'],
    ['entra', { issuer: entra, tenant }, '/tenant'],
    // Another district of the vendor could have the same ids.
    ['classlink', by('classLink_sourcedId'), '/tenant'],
    ['clever', by('sub'), '/tenant'],
    ['clever', { tenant: 'x', ...by('email') }, '/match/claim'],
    ['oidc', {}, '/issuer'],
    ['oidc', { issuer: 'https://id.example.org', tenant: 'x' }, '/tenant'],
  ])('of %s may not be %j', (profile, rules, pointer) => {
    expect(places(profile, rules)).toContain(pointer);
  });

  test.each(['email', 'upn', 'preferred_username', 'unique_name', 'verified_primary_email', 'phone_number'])(
    'never go by %s',
    (claim) => {
      expect(places('oidc', { issuer: 'https://id.example.org', ...by(claim) })).toEqual(['/match/claim']);
      expect(places('entra', { issuer: entra, ...by(claim) })).toEqual(['/match/claim']);
    },
  );
});

describe('who an id token is about', () => {
  const rules = { issuer: 'https://id.example.org' };

  test('is at Entra the object of the tenant, not the subject of the application', () => {
    const claims = { sub: 'of-the-app', oid: 'o-1', tid: tenant, email: 'ada@example.org' };
    expect(identityOf(oidcProfiles.entra, { issuer: entra }, claims)).toEqual({ subject: 'o-1' });
    const foreign = { ...claims, tid: tenant.replace('0a', '0b') };
    expect(identityOf(oidcProfiles.entra, { issuer: entra }, foreign)).toBe('other-tenant');
    expect(identityOf(oidcProfiles.entra, { issuer: entra }, { oid: 'o-1' })).toBe('other-tenant');
    expect(identityOf(oidcProfiles.entra, { issuer: entra }, { sub: 'x', tid: tenant })).toBe('no-subject');
  });

  test('is read from texts and numbers and from nothing else', () => {
    const classlink = { ...rules, tenant: '2001', ...by('classLink_sourcedId') };
    const claims = { sub: 17, classLink_tenant_id: 2001, classLink_sourcedId: 'u-1' };
    expect(identityOf(oidcProfiles.classlink, classlink, claims)).toEqual({
      subject: '17',
      sourcedId: 'u-1',
    });
    for (const odd of [['u-1'], { id: 'u-1' }, true, null, '', 'x'.repeat(256)]) {
      expect(identityOf(oidcProfiles.oidc, rules, { sub: odd })).toBe('no-subject');
      const person = identityOf(oidcProfiles.classlink, classlink, { ...claims, classLink_sourcedId: odd });
      expect(person).toEqual({ subject: '17' });
    }
  });

  test('takes no claim that objects have by themselves', () => {
    expect(identityOf({ ...oidcProfiles.oidc, subject: 'constructor' }, rules, {})).toBe('no-subject');
  });
});
