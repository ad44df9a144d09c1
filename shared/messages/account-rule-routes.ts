import { AccountRulesBody, AccountRulesView } from './account-rules.ts';
import { DistrictPath } from './parameters.ts';
import { mayAssign } from './route-permissions.ts';

/** Accounts are logins: who makes them by rule may do what who makes them by hand may. */
export const accountRuleRoutes = [
  {
    name: 'getAccountRules',
    reads: 'nobody',
    method: 'GET',
    path: '/v1/districts/{district}/account-rules',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayAssign,
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
    permission: mayAssign,
    summary:
      'Sets these rules; accounts follow with every roster. Nobody’s account is taken away before their record is purged, and none that owns DAT queries or filters',
    params: DistrictPath,
    body: AccountRulesBody,
    response: AccountRulesView,
    etag: true,
  },
] as const;
