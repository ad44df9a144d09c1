import * as z from 'zod';
import { NextPlace } from './next-place.ts';
import { DistrictId } from './parameters.ts';
import { LinkPath } from './passwords.ts';

/** Why somebody was led to the page to sign in, by the codes of problems. */
export const pageProblems = [
  'link-ended',
  'not-approved',
  'unknown-provider',
  'no-account-linked',
  'other-tenant',
  'provider-refused',
  'provider-unavailable',
  'sign-in-not-begun',
  'session-ended',
  'sign-in-again',
  'sign-in-failed',
] as const;
export type PageProblem = (typeof pageProblems)[number];

/** What stands in addresses that people keep: anything else in them is left alone. */
const PageQuery = z.object({
  district: DistrictId.optional().catch(undefined).meta({ description: 'Whose people sign in here.' }),
  problem: z.enum(pageProblems).optional().catch(undefined),
  next: NextPlace.optional().catch(undefined).meta({ description: 'Where to go on after signing in.' }),
});

const PasswordPageQuery = PageQuery.pick({ next: true });

/** Why a link to a report opened nothing, by the codes of problems. */
export const reportPageProblems = [
  'unknown-report',
  'unknown-link',
  'report-archived',
  'report-quarantined',
  'report-not-ready',
  'not-permitted',
] as const;
export type ReportPageProblem = (typeof reportPageProblems)[number];

const ReportsPageQuery = z.object({ problem: z.enum(reportPageProblems).optional().catch(undefined) });

export const pageAssets = [
  'style.css',
  'home.js',
  'account.js',
  'reports.js',
  'sign-in.js',
  'forgot-password.js',
  'password.js',
] as const;
export type PageAsset = (typeof pageAssets)[number];

const page = {
  method: 'GET',
  function: 'serve-pages',
  auth: 'public',
  produces: 'text/html; charset=utf-8',
} as const;

/** Pages for people: plain HTML that calls the API, in English or Spanish by `Accept-Language`. */
export const pageRoutes = [
  { ...page, name: 'getHome', path: '/', summary: 'Who is signed in, and where to go' },
  {
    ...page,
    name: 'getAccountPage',
    path: '/account',
    summary: 'Where the reader is signed in, and an authenticator app to be added',
  },
  {
    ...page,
    name: 'getReportsPage',
    path: '/reports',
    summary: 'The reports of the reader’s accounts: to fetch, and to bring',
    query: ReportsPageQuery,
  },
  { ...page, name: 'getSignInPage', path: '/sign-in', summary: 'The form to sign in', query: PageQuery },
  {
    ...page,
    name: 'getForgotPasswordPage',
    path: '/forgot-password',
    summary: 'The form to ask for a new password',
    query: PageQuery,
  },
  {
    ...page,
    name: 'getPasswordPage',
    path: '/password/{token}',
    summary: 'The form to choose a password, by the link of a mail; to look at it uses nothing up',
    params: LinkPath,
    query: PasswordPageQuery,
  },
  {
    ...page,
    name: 'getPageAsset',
    path: '/pages/{asset}',
    summary: 'Style and scripts of the pages',
    params: z.strictObject({ asset: z.enum(pageAssets) }),
  },
  {
    name: 'signInByLink',
    method: 'GET',
    path: '/sign-in/{token}',
    function: 'sign-in',
    auth: 'public',
    mostPerMinute: 60,
    summary: 'Signs in by a one-time link, and leads home (303); on one’s own machine alone, 404 elsewhere',
    params: LinkPath,
  },
] as const;
