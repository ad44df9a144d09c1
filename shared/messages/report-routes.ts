import { DistrictPath, Ulid } from './parameters.ts';
import {
  LedgerView,
  NewReport,
  NewReportLink,
  ReportAccounts,
  ReportLinksView,
  ReportLinkView,
  ReportPage,
  ReportsQuery,
  ReportView,
} from './reports.ts';
import { mayAssign } from './route-permissions.ts';

/** Who oversees a district comes in; everybody else shows and gets what the roles of their accounts say, as the handlers ask. */
const permission = { ...mayAssign, or: 'handler' } as const;
const ReportPath = DistrictPath.extend({ report: Ulid });
const LinkPath = ReportPath.extend({ link: Ulid });

const common = { function: 'manage-reports', auth: 'token', permission } as const;

/** Reports in and out over HTTPS: docs/reports.md. */
export const reportRoutes = [
  {
    ...common,
    name: 'listReportAccounts',
    reads: 'nobody',
    method: 'GET',
    path: '/v1/districts/{district}/report-accounts',
    summary: 'The accounts in whose folders the signed-in person sees reports or may bring some',
    params: DistrictPath,
    response: ReportAccounts,
  },
  {
    ...common,
    name: 'listReports',
    reads: 'nobody',
    method: 'GET',
    path: '/v1/districts/{district}/reports',
    summary: 'The reports that the caller may see, the newest first',
    params: DistrictPath,
    query: ReportsQuery,
    response: ReportPage,
  },
  {
    ...common,
    name: 'createReport',
    method: 'POST',
    path: '/v1/districts/{district}/reports',
    summary: 'Where to upload a file (201), or a report that is to be made (202)',
    params: DistrictPath,
    body: NewReport,
    status: 201,
    response: ReportView,
    idempotent: true,
  },
  {
    ...common,
    name: 'getReport',
    reads: 'nobody',
    method: 'GET',
    path: '/v1/districts/{district}/reports/{report}',
    summary: 'One report: what it is, and how far',
    params: ReportPath,
    response: ReportView,
    etag: true,
  },
  {
    ...common,
    name: 'completeReport',
    method: 'POST',
    path: '/v1/districts/{district}/reports/{report}/completion',
    summary: 'Joins the parts of an upload; 409 `upload-incomplete` where some are missing',
    params: ReportPath,
    response: ReportView,
  },
  {
    ...common,
    name: 'getReportLedger',
    reads: 'people',
    method: 'GET',
    path: '/v1/districts/{district}/reports/{report}/ledger',
    summary: 'What happened to a report, and who heard of it; the newest last',
    params: ReportPath,
    response: LedgerView,
  },
  {
    ...common,
    name: 'downloadReport',
    method: 'GET',
    path: '/v1/districts/{district}/reports/{report}/download',
    summary: 'Leads to the file (303). 409 while it is not ready, 410 `report-archived` after ninety days',
    refusals: 'page',
    params: ReportPath,
  },
  {
    ...common,
    name: 'createReportLink',
    method: 'POST',
    path: '/v1/districts/{district}/reports/{report}/links',
    summary: 'A link for one person, who has to be signed in and may have the report when they use it',
    params: ReportPath,
    body: NewReportLink,
    status: 201,
    response: ReportLinkView,
    idempotent: true,
  },
  {
    ...common,
    name: 'listReportLinks',
    reads: 'people',
    method: 'GET',
    path: '/v1/districts/{district}/reports/{report}/links',
    summary: 'The links of a report that have not ended',
    params: ReportPath,
    response: ReportLinksView,
  },
  {
    ...common,
    name: 'endReportLink',
    method: 'DELETE',
    path: '/v1/districts/{district}/reports/{report}/links/{link}',
    summary: 'Ends a link',
    params: LinkPath,
    status: 204,
  },
  {
    ...common,
    name: 'followReportLink',
    method: 'GET',
    path: '/v1/districts/{district}/reports/{report}/links/{link}/download',
    summary:
      'Leads the person of a link to the file (303); 404 for everybody else, and after its end. A browser is led to sign in first',
    refusals: 'page',
    params: LinkPath,
  },
] as const;
