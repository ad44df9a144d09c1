import * as one from './identity-providers.ts';
import { DistrictPath } from './parameters.ts';
import { mayAssign } from './route-permissions.ts';

/** Whoever says how people sign in can sign in as any of them. */
const managed = { function: 'manage-accounts', auth: 'token', permission: mayAssign } as const;

const provider = '/v1/districts/{district}/identity-providers/{provider}';
const link = '/v1/districts/{district}/accounts/{account}/identities/{provider}';

/** Single sign-on by OpenID Connect: contract §6. */
export const oidcRoutes = [
  {
    name: 'startOidc',
    method: 'GET',
    path: '/v1/sessions/oidc/{provider}',
    function: 'sign-in',
    auth: 'public',
    mostPerMinute: 600,
    summary: 'Leads a browser to an identity provider of a district (303), to sign in there',
    params: one.SessionProviderPath,
    query: one.OidcStart,
  },
  {
    name: 'finishOidc',
    method: 'GET',
    path: '/v1/sessions/oidc/{provider}/callback',
    function: 'sign-in',
    auth: 'public',
    mostPerMinute: 600,
    summary:
      'Where the provider sends the browser back to: signs in whoever is linked (303, with the session’s cookie); 403 `no-account-linked` else',
    params: one.SessionProviderPath,
    query: one.OidcCallback,
  },
  {
    ...managed,
    name: 'putIdentityProvider',
    method: 'PUT',
    path: provider,
    summary: 'Makes or changes an identity provider of a district',
    params: one.ProviderPath,
    body: one.IdentityProviderSettings,
    response: one.IdentityProviderView,
    etag: true,
  },
  {
    ...managed,
    name: 'getIdentityProvider',
    method: 'GET',
    path: provider,
    summary: 'One identity provider, without its secret',
    params: one.ProviderPath,
    response: one.IdentityProviderView,
    etag: true,
  },
  {
    ...managed,
    name: 'removeIdentityProvider',
    method: 'DELETE',
    path: provider,
    summary: 'Nobody signs in by it any more; links stay for when it comes back',
    params: one.ProviderPath,
    status: 204,
    etag: true,
  },
  {
    ...managed,
    name: 'listIdentityProviders',
    method: 'GET',
    path: '/v1/districts/{district}/identity-providers',
    summary: 'The identity providers of a district',
    params: DistrictPath,
    response: one.IdentityProviders,
  },
  {
    ...managed,
    name: 'putAccountIdentity',
    method: 'PUT',
    path: link,
    summary: 'Says who an account is at a provider; 409 where another account is that',
    params: one.LinkPath,
    body: one.NewLink,
    response: one.LinkView,
  },
  {
    ...managed,
    name: 'getAccountIdentity',
    method: 'GET',
    path: link,
    summary: 'Who an account is at a provider',
    params: one.LinkPath,
    response: one.LinkView,
  },
  {
    ...managed,
    name: 'removeAccountIdentity',
    method: 'DELETE',
    path: link,
    summary: 'Takes the link away; sessions that it began go on',
    params: one.LinkPath,
    status: 204,
  },
] as const;
