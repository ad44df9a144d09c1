import { DistrictPath, Id } from './parameters.ts';
import { mayEditUser } from './route-permissions.ts';

/** Account mails that somebody else asks for. */
export const invitationRoutes = [
  {
    name: 'inviteAccount',
    method: 'POST',
    path: '/v1/districts/{district}/accounts/{account}/invitations',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayEditUser,
    summary: 'Mails the user of an account a link to choose a password by; good once, for seven days',
    params: DistrictPath.extend({ account: Id }),
    status: 202,
    idempotent: true,
  },
] as const;
