import { LinkPath, LinkView, PasswordByLink, PasswordChange, ResetAsked } from './passwords.ts';

/** How people come by a password: contract §6. */
export const passwordRoutes = [
  {
    name: 'askReset',
    method: 'POST',
    path: '/v1/password-resets',
    function: 'sign-in',
    auth: 'public',
    mostPerMinute: 60,
    summary: 'Mails a one-time link to whoever has the name, if anybody; the answer is always the same',
    body: ResetAsked,
    status: 202,
  },
  {
    name: 'getLink',
    method: 'GET',
    path: '/v1/password-resets/{token}',
    function: 'sign-in',
    auth: 'public',
    mostPerMinute: 300,
    summary: 'Whether a link for setting a password is good still; 404 where it is not',
    params: LinkPath,
    response: LinkView,
  },
  {
    name: 'setPassword',
    method: 'PUT',
    path: '/v1/password-resets/{token}',
    function: 'sign-in',
    auth: 'public',
    mostPerMinute: 300,
    summary:
      'Sets a password by a link of a reset or an invitation, once: every lock and session ends; it approves nobody (003:9)',
    params: LinkPath,
    body: PasswordByLink,
    status: 204,
  },
  {
    name: 'changePassword',
    method: 'PUT',
    path: '/v1/sessions/current/password',
    function: 'sign-in',
    auth: 'token',
    summary:
      'Changes one’s own password; all other sessions end, and this one goes on under a new cookie. A wrong current one counts as a failure',
    body: PasswordChange,
    status: 204,
  },
] as const;
