import * as z from 'zod';
import { deliveryStates } from '../reports/deliveries.ts';
import { noticeKinds, Preferences, ways } from '../reports/notices.ts';
import { DistrictPath, Id, PageQuery, pageOf } from './parameters.ts';
import { LinkPath } from './passwords.ts';
import { mayAssign, ownOrMayEditUser } from './route-permissions.ts';

const AccountPath = DistrictPath.extend({ account: Id });
const ReportPath = DistrictPath.extend({ report: Id });
const base = { function: 'manage-notices', auth: 'token' } as const;

const { quietHours, digestAt } = Preferences.shape;

const PreferencesBody = z.strictObject({
  events: z
    .partialRecord(z.enum(noticeKinds), z.enum(ways))
    .default({})
    .meta({ description: 'What is not named goes by its default; `off` only where `optional`.' }),
  quietHours: quietHours.meta({
    description: 'By the clocks of the district; what happens then is mailed after.',
  }),
  digestAt,
});

const PreferencesView = z.object({
  timeZone: z.string(),
  events: z.array(
    z.object({
      event: z.enum(noticeKinds),
      way: z.enum(ways),
      optional: z.boolean().meta({ description: 'Whether it may be turned off.' }),
    }),
  ),
  quietHours,
  digestAt: z.string(),
  suppressed: z
    .enum(['bounced', 'complained'])
    .optional()
    .meta({ description: 'Why the address of the account gets no mail about events, if so.' }),
});

const SuppressionView = z.object({
  account: z.string(),
  why: z.enum(['bounced', 'complained']),
  at: z.string(),
});

const MailsView = z.object({
  items: z.array(
    z.object({
      event: z.string(),
      account: z.string(),
      state: z.enum(deliveryStates),
      at: z.string(),
      why: z.string().optional(),
    }),
  ),
});

/** What people are mailed of events, and what came of it. */
export const noticeRoutes = [
  {
    ...base,
    name: 'getNotificationPreferences',
    reads: 'nobody',
    method: 'GET',
    path: '/v1/districts/{district}/accounts/{account}/notification-preferences',
    permission: ownOrMayEditUser,
    summary: 'What an account is mailed of events: at once, in a digest or not at all, and when not',
    params: AccountPath,
    response: PreferencesView,
    etag: true,
  },
  {
    ...base,
    name: 'putNotificationPreferences',
    method: 'PUT',
    path: '/v1/districts/{district}/accounts/{account}/notification-preferences',
    permission: ownOrMayEditUser,
    summary: 'Sets these; mails about the safety of an account are never among them',
    params: AccountPath,
    body: PreferencesBody,
    response: PreferencesView,
    etag: true,
  },
  {
    ...base,
    name: 'listMailSuppressions',
    reads: 'nobody',
    method: 'GET',
    path: '/v1/districts/{district}/mail-suppressions',
    permission: mayAssign,
    summary: 'Accounts whose address gets no mail about events, since mails bounced or somebody complained',
    params: DistrictPath,
    query: PageQuery,
    response: pageOf(SuppressionView),
  },
  {
    ...base,
    name: 'removeMailSuppression',
    method: 'DELETE',
    path: '/v1/districts/{district}/mail-suppressions/{account}',
    permission: mayAssign,
    summary: 'The address gets mails again',
    params: AccountPath,
    status: 204,
  },
  {
    ...base,
    name: 'listReportMails',
    reads: 'nobody',
    method: 'GET',
    path: '/v1/districts/{district}/reports/{report}/mails',
    permission: mayAssign,
    summary: 'How far the mails about a report have come, one for each event and account',
    params: ReportPath,
    response: MailsView,
  },
  {
    ...base,
    name: 'resendReportMails',
    method: 'POST',
    path: '/v1/districts/{district}/reports/{report}/mails',
    permission: mayAssign,
    summary: 'Mails an event of a report once more, to one account or to all that it was for; at once',
    params: ReportPath,
    body: z.strictObject({
      event: z.string().min(1).max(255).meta({ description: 'As `GET` of these mails names it.' }),
      account: Id.optional(),
    }),
    status: 202,
    response: z.object({ accounts: z.array(z.string()) }),
    idempotent: true,
  },
  {
    name: 'getUnsubscribePage',
    method: 'GET',
    path: '/unsubscribe/{token}',
    function: 'manage-notices',
    auth: 'public',
    summary: 'Asks whether mails of a kind are to be turned off; to look at it turns nothing off',
    params: LinkPath,
    produces: 'text/html; charset=utf-8',
  },
  {
    name: 'unsubscribe',
    method: 'POST',
    path: '/unsubscribe/{token}',
    function: 'manage-notices',
    auth: 'public',
    // What the body says is not looked at: no scanner of mails posts anything.
    summary: 'Turns mails of a kind off, by the link of one (RFC 8058)',
    params: LinkPath,
    produces: 'text/html; charset=utf-8',
  },
] as const;
