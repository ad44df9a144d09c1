import { httpHandler } from '../../shared/runtime/http-handler.ts';
import { withEtag } from '../../shared/runtime/routing.ts';
import { collected } from '../../shared/store/query.ts';
import { listAccounts } from './accounts.ts';
import type { AnyAsked, Deps } from './deps.ts';
import { download } from './downloads.ts';
import { listSeen, makeFind } from './finding.ts';
import { createLink, endLink, followLink, listLinks } from './links.ts';
import { named } from './named.ts';
import { ownAccount } from './places.ts';
import { makeQuotaHandlers } from './quotas.ts';
import { askForReport } from './requests.ts';
import { makeSightOf } from './sight.ts';
import { awaitUpload, completeUpload } from './uploads.ts';

export function makeHandler(deps: Deps) {
  const { reports, access, decide, idempotency, events, now } = deps;
  const sightOf = makeSightOf(deps);
  const find = makeFind(reports, (request: AnyAsked) => sightOf(request));

  return httpHandler<'manage-reports'>({
    function: 'manage-reports',
    decide,
    idempotency,
    events,
    now,
    handlers: {
      listReportAccounts: async (request) => listAccounts(deps, request, await sightOf(request)),
      async listReports(request) {
        const { items, ...rest } = await listSeen(reports, await sightOf(request), request);
        return { items: await named(deps, request.params.district, items), ...rest };
      },

      async createReport(request) {
        const account = await ownAccount(access, request.params.district, request.body.account);
        return 'kind' in request.body
          ? askForReport(deps, request, { ...request.body, account })
          : awaitUpload(deps, request, { ...request.body, account });
      },

      async getReport(request) {
        const { report } = await find(request);
        const [shown = report] = await named(deps, request.params.district, [report]);
        return withEtag(shown, report.revision);
      },

      async completeReport(request) {
        const { report } = await find(request);
        return completeUpload(deps, request, report);
      },

      async getReportLedger(request) {
        const { report } = await find(request);
        return { items: await collected(reports.lines(request.params.district, report.id)) };
      },

      ...makeQuotaHandlers(deps),

      downloadReport: async (request) => download(deps, request, await find(request)),
      createReportLink: async (request) => createLink(deps, request, await find(request)),
      listReportLinks: async (request) => listLinks(deps, request, await find(request)),
      endReportLink: async (request) => endLink(deps, request, await find(request)),
      followReportLink: async (request) => followLink(deps, request, await find(request)),
    },
  });
}
