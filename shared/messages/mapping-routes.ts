import { MappingBody, MappingView } from './mapping.ts';
import { DistrictPath } from './parameters.ts';
import type { Route } from './route.ts';
import { mayAssign } from './route-permissions.ts';
import * as syncs from './syncs.ts';

/** Which roles the rows of a feed give. */
export const mappingRoutes = [
  {
    name: 'getMapping',
    method: 'GET',
    path: '/v1/districts/{district}/mapping',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayAssign,
    summary: 'The rules that give roles to people of the roster, and the draft of others',
    params: DistrictPath,
    response: MappingView,
    etag: true,
  },
  {
    name: 'putMapping',
    method: 'PUT',
    path: '/v1/districts/{district}/mapping',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayAssign,
    summary: 'Replaces the draft; it does nothing until it is simulated and activated',
    params: DistrictPath,
    body: MappingBody,
    response: MappingView,
    etag: true,
  },
  {
    name: 'simulateMapping',
    method: 'POST',
    path: '/v1/districts/{district}/mapping/simulation',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayAssign,
    summary:
      'Plans the draft on the present roster: a sync that rests held and shows who gains and loses what',
    params: DistrictPath,
    status: 202,
    response: syncs.SyncView,
    idempotent: true,
  },
  {
    name: 'activateMapping',
    method: 'POST',
    path: '/v1/districts/{district}/mapping/activation',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayAssign,
    summary: 'Applies exactly what was simulated, once; the draft becomes active with the commit',
    params: DistrictPath,
    body: syncs.SyncApproval,
    status: 202,
    response: syncs.SyncView,
  },
] as const satisfies readonly Route[];
