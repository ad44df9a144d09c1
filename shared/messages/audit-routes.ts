import { AuditPage, AuditQuery, SealPage, SignedSeal } from './audit.ts';
import { DistrictPath, PageQuery } from './parameters.ts';
import { mayAssign } from './route-permissions.ts';

const always = { function: 'read-audit', auth: 'token' } as const;
/** Whoever reads the audit sees everything that happened to everybody. */
const inDistrict = { ...always, permission: mayAssign, params: DistrictPath } as const;
const ofOperator = { ...always, permission: 'operator' } as const;

const read = { method: 'GET', query: AuditQuery, response: AuditPage, reads: 'people' } as const;
const list = { method: 'GET', query: PageQuery, response: SealPage } as const;
const seal = { method: 'POST', status: 201, response: SignedSeal } as const;

/** Who did what to whom, from where (decision 0029); and of what the operator did to no district. */
export const auditRoutes = [
  {
    ...read,
    ...inDistrict,
    name: 'readAudit',
    path: '/v1/districts/{district}/audit',
    summary: 'Lines of the audit, chain by chain; that they were read is one too',
  },
  {
    ...list,
    ...inDistrict,
    name: 'listAuditSeals',
    path: '/v1/districts/{district}/audit/seals',
    summary: 'What the chains ended with at a time, signed; the oldest first',
  },
  {
    ...seal,
    ...inDistrict,
    name: 'sealAudit',
    path: '/v1/districts/{district}/audit/seals',
    summary: 'Signs what the chains end with now',
  },
  {
    ...read,
    ...ofOperator,
    name: 'readOperatorAudit',
    path: '/v1/audit',
    summary: 'What the operator did to no district',
  },
  {
    ...list,
    ...ofOperator,
    name: 'listOperatorSeals',
    path: '/v1/audit/seals',
    summary: 'The seals of that',
  },
  {
    ...seal,
    ...ofOperator,
    name: 'sealOperatorAudit',
    path: '/v1/audit/seals',
    summary: 'Signs what its chains end with now',
  },
] as const;
