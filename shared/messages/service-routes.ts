import * as z from 'zod';
import * as access from './access.ts';
import type { Route } from './route.ts';
import { ServiceState } from './service-state.ts';
import { TokenRequest, TokenResponse } from './tokens.ts';

/** What the service says of itself, and the tokens by which it is asked anything else. */
export const serviceRoutes = [
  {
    name: 'getHealth',
    method: 'GET',
    path: '/health',
    function: 'serve-docs',
    auth: 'public',
    summary: 'Whether everything listens',
    response: z.object({ status: z.literal('ok') }),
  },
  {
    name: 'getServiceState',
    method: 'GET',
    path: '/v1/service',
    function: 'serve-docs',
    auth: 'token',
    permission: 'operator',
    summary: 'Dead letters that wait, whether a malware scanner answers, and where SFTP is',
    response: ServiceState,
  },
  {
    name: 'getOpenapi',
    method: 'GET',
    path: '/openapi.json',
    function: 'serve-docs',
    auth: 'public',
    summary: 'This document',
    response: z.looseObject({ openapi: z.string() }),
  },
  {
    name: 'getDocs',
    method: 'GET',
    path: '/docs',
    function: 'serve-docs',
    auth: 'public',
    summary: 'A page to read the API by',
    produces: 'text/html; charset=utf-8',
  },
  {
    name: 'issueToken',
    method: 'POST',
    path: '/oauth/token',
    function: 'issue-token',
    auth: 'public',
    mostPerMinute: 600,
    summary: 'Client credentials for a bearer token (RFC 6749, section 4.4); HTTP Basic',
    body: TokenRequest,
    bodyType: 'form',
    refusals: 'oauth',
    response: TokenResponse,
  },
  {
    name: 'getAuthzenConfiguration',
    method: 'GET',
    path: '/.well-known/authzen-configuration',
    function: 'serve-docs',
    auth: 'public',
    summary: 'Where the AuthZEN endpoints are',
    response: access.AuthzenConfiguration,
  },
] as const satisfies readonly Route[];
