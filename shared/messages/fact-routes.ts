import * as catalogues from './catalogues.ts';
import * as facts from './facts.ts';
import { DistrictPath, Id, PageQuery } from './parameters.ts';
import type { Route } from './route.ts';
import { mayAssign } from './route-permissions.ts';

const FactsPath = DistrictPath.extend({ kind: facts.RecordKinds });
const FactPath = FactsPath.extend({ id: Id });
const ResourcePath = catalogues.OwnResourcePath;

/** What permissions are decided by besides roles. */
export const factRoutes = [
  {
    name: 'listFactRecords',
    method: 'GET',
    path: '/v1/districts/{district}/records/{kind}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayAssign,
    summary: 'The records of a kind that calculated roles follow from',
    params: FactsPath,
    query: PageQuery,
    response: facts.RecordPage,
    reads: 'people',
  },
  {
    name: 'getFactRecord',
    method: 'GET',
    path: '/v1/districts/{district}/records/{kind}/{id}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayAssign,
    summary: 'One record',
    params: FactPath,
    response: facts.RecordView,
    etag: true,
    reads: 'people',
  },
  {
    name: 'putFactRecord',
    method: 'PUT',
    path: '/v1/districts/{district}/records/{kind}/{id}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayAssign,
    summary: 'Makes or replaces a record; calculated roles follow with the next check',
    params: FactPath,
    body: facts.RecordBody,
    response: facts.RecordView,
    etag: true,
  },
  {
    name: 'removeFactRecord',
    method: 'DELETE',
    path: '/v1/districts/{district}/records/{kind}/{id}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayAssign,
    summary: 'Takes a record away',
    params: FactPath,
    status: 204,
    etag: true,
  },
  {
    name: 'getResource',
    method: 'GET',
    path: '/v1/districts/{district}/resources/{type}/{id}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayAssign,
    summary: 'What is kept of a resource',
    params: ResourcePath,
    response: facts.ResourceView,
    etag: true,
    reads: 'people',
  },
] as const satisfies readonly Route[];
