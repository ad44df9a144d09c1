import { DistrictPath, Id, Ulid } from './parameters.ts';
import { ErasureBody, ErasureQuery, ErasureView, ExportView, KeySet, Retention } from './privacy.ts';

const permission = { action: 'hmh:roster.automated_import', resource: 'district', operator: 'acts' } as const;

/** What is kept of one person, and for how long: docs/privacy.md. */
export const privacyRoutes = [
  {
    name: 'exportUser',
    method: 'POST',
    path: '/v1/districts/{district}/users/{user}/export',
    function: 'manage-privacy',
    auth: 'token',
    permission,
    summary: 'Everything that is kept of one person, as a JSON document to be fetched',
    params: DistrictPath.extend({ user: Id }),
    status: 201,
    response: ExportView,
  },
  {
    name: 'eraseUser',
    method: 'POST',
    path: '/v1/districts/{district}/users/{user}/erasure',
    function: 'manage-privacy',
    auth: 'token',
    permission,
    summary:
      'Erases one person from all stores. 409 `still-active` while the feed brings them and `keepOut` is not said, `dats-owned` as at a removal',
    params: DistrictPath.extend({ user: Id }),
    query: ErasureQuery,
    body: ErasureBody,
    status: 202,
    response: ErasureView,
    idempotent: true,
  },
  {
    name: 'getErasure',
    method: 'GET',
    path: '/v1/districts/{district}/erasures/{erasure}',
    function: 'manage-privacy',
    auth: 'token',
    permission,
    summary: 'How far an erasure has come, and its signed certificate',
    params: DistrictPath.extend({ erasure: Ulid }),
    response: ErasureView,
  },
  {
    name: 'getRetention',
    method: 'GET',
    path: '/v1/districts/{district}/retention',
    function: 'manage-privacy',
    auth: 'token',
    permission,
    summary: 'How many days what is kept',
    params: DistrictPath,
    response: Retention,
  },
  {
    name: 'putRetention',
    method: 'PUT',
    path: '/v1/districts/{district}/retention',
    function: 'manage-privacy',
    auth: 'token',
    permission,
    summary: 'Says how many days what is kept; what is older goes with the next night',
    params: DistrictPath,
    body: Retention,
    response: Retention,
  },
  {
    name: 'listCertificateKeys',
    method: 'GET',
    path: '/v1/certificate-keys',
    function: 'manage-privacy',
    auth: 'public',
    summary: 'The keys that certificates of erasures are checked by (RFC 7517)',
    response: KeySet,
  },
] as const;
