import { AccountRulesBody, AccountRulesView } from './account-rules.ts';
import { DistrictPath } from './parameters.ts';

/** Accounts are logins: who makes them by rule may do what who makes them by hand may (001, hmh:roster.automated_import). */
const permission = { action: 'hmh:roster.automated_import', resource: 'district', operator: 'acts' } as const;

export const accountRuleRoutes = [
  {
    name: 'getAccountRules',
    reads: 'nobody',
    method: 'GET',
    path: '/v1/districts/{district}/account-rules',
    function: 'manage-accounts',
    auth: 'token',
    permission,
    summary: 'By which rules people of the roster get user accounts, and how far that is',
    params: DistrictPath,
    response: AccountRulesView,
    etag: true,
  },
  {
    name: 'putAccountRules',
    method: 'PUT',
    path: '/v1/districts/{district}/account-rules',
    function: 'manage-accounts',
    auth: 'token',
    permission,
    summary:
      'Sets these rules; accounts follow with every roster. Nobody’s account is taken away before their record is purged, and none that owns DAT queries or filters',
    params: DistrictPath,
    body: AccountRulesBody,
    response: AccountRulesView,
    etag: true,
  },
] as const;
