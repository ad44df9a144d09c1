import * as z from 'zod';
import { DistrictId } from './parameters.ts';
import { LinkPath } from './passwords.ts';

/** What stands in addresses that people keep: anything else in them is left alone. */
const PageQuery = z.object({
  district: DistrictId.optional().catch(undefined).meta({ description: 'Whose people sign in here.' }),
  problem: z.enum(['link-ended']).optional().catch(undefined),
});

export const pageAssets = [
  'style.css',
  'home.js',
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
    summary: 'Signs in by a one-time link, and leads home (303); the service itself gives out none',
    params: LinkPath,
  },
] as const;
