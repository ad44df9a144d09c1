import type { SftpServer } from '../../shared/accounts/sftp-names.ts';
import type { PageAsset } from '../../shared/messages/page-routes.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import { Answer } from '../../shared/runtime/routing.ts';
import { languageOf } from './language.ts';
import { pageOf } from './page.ts';
import * as pages from './pages.ts';
import { reports } from './report-pages.ts';
import { style } from './style.ts';

export type Deps = {
  /** Where files are put and fetched, as browsers know it: `https://…`. */
  filesOrigin: string;
  sftp: SftpServer | undefined;
  script: (file: Exclude<PageAsset, 'style.css'>) => string;
  events: Events;
  now: () => Date;
};

/** Only what is ours and beside it; nobody frames it, and no form goes anywhere without its script. */
const policy = (connect: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self'${connect}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const headersOf = (connect = '') => ({
  'content-security-policy': policy(connect),
  // Addresses of pages hold secrets.
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  vary: 'accept-language',
});
const headers = headersOf();

type Asking = { headers: Readonly<Record<string, string | undefined>> };

export function makeHandler({ script, filesOrigin, sftp, events, now }: Deps) {
  const show = (page: pages.Page, { headers: asked }: Asking, sent = headers) =>
    new Answer(pageOf(languageOf(asked['accept-language']), page), { headers: sent });

  return httpHandler<'serve-pages'>({
    function: 'serve-pages',
    events,
    now,
    handlers: {
      async getHome(request) {
        return show(pages.home, request);
      },
      async getAccountPage(request) {
        return show(pages.account(sftp), request);
      },
      async getReportsPage(request) {
        return show(reports(request.query), request, headersOf(` ${filesOrigin}`));
      },
      async getSignInPage(request) {
        return show(pages.signIn(request.query), request);
      },
      async getForgotPasswordPage(request) {
        return show(pages.forgotPassword(request.query), request);
      },
      async getPasswordPage(request) {
        return show(pages.password(request.query), request);
      },
      async getPageAsset({ params: { asset } }) {
        return asset === 'style.css'
          ? new Answer(style, { headers: { ...headers, 'content-type': 'text/css; charset=utf-8' } })
          : new Answer(script(asset), {
              headers: { ...headers, 'content-type': 'text/javascript; charset=utf-8' },
            });
      },
    },
  });
}
