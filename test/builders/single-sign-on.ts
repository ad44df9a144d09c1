import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { oidcProfiles } from '../../shared/accounts/oidc-profiles.ts';
import { IdentityLinks } from '../../shared/store/identity-links.ts';
import { IdentityProviders } from '../../shared/store/identity-providers.ts';
import type { VendorSecrets } from '../../shared/store/vendor-secrets.ts';
import { testTables } from './dynamo.ts';

/** What accounts need for single sign-on, with secrets in memory: `district/provider/version` to the secret. */
export function singleSignOn(dynamo: DynamoDBDocumentClient) {
  const kept = new Map<string, Parameters<VendorSecrets['put']>[2]>();
  const secrets: Pick<VendorSecrets, 'put' | 'get' | 'remove'> = {
    put: async (district, id, secret) => {
      const version = `v${kept.size + 1}`;
      kept.set(`${district}/${id}/${version}`, secret);
      return version;
    },
    get: async (district, id, version) => kept.get(`${district}/${id}/${version}`),
    remove: async (district, id) => {
      for (const name of kept.keys()) if (name.startsWith(`${district}/${id}/`)) kept.delete(name);
    },
  };
  return {
    profiles: oidcProfiles,
    providers: new IdentityProviders(dynamo, testTables.logins),
    links: new IdentityLinks(dynamo, testTables.logins),
    secrets,
    loopbackVendors: true,
  };
}
