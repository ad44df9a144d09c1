import { NewSession, OwnSessions, SessionPath, SessionView } from './sessions.ts';

/** How people come in and go out: contract §6. */
export const sessionRoutes = [
  {
    name: 'createSession',
    method: 'POST',
    path: '/v1/sessions',
    function: 'sign-in',
    auth: 'public',
    mostPerMinute: 600,
    summary:
      'Signs a person in; the session is in a cookie. 401 for wrong, unknown and locked alike, 403 `not-approved` only after the right password',
    body: NewSession,
    status: 201,
    response: SessionView,
  },
  {
    name: 'getSession',
    method: 'GET',
    path: '/v1/sessions/current',
    function: 'sign-in',
    auth: 'token',
    enrolling: true,
    summary: 'The session of the caller’s cookie',
    response: SessionView,
    // The caller's own.
    reads: 'nobody',
  },
  {
    name: 'listSessions',
    method: 'GET',
    path: '/v1/sessions',
    function: 'sign-in',
    auth: 'token',
    summary: 'Where the signed-in person is signed in, the newest first',
    response: OwnSessions,
    // The caller's own.
    reads: 'nobody',
  },
  {
    name: 'endOwnSession',
    method: 'DELETE',
    path: '/v1/sessions/{session}',
    function: 'sign-in',
    auth: 'token',
    summary: 'Ends one session of the signed-in person, wherever it is',
    params: SessionPath,
    status: 204,
  },
  {
    name: 'endSession',
    method: 'DELETE',
    path: '/v1/sessions/current',
    function: 'sign-in',
    auth: 'token',
    enrolling: true,
    summary: 'Signs out',
    status: 204,
  },
] as const;
