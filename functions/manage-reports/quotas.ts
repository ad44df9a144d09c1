import { RequestError } from '../../shared/errors.ts';
import type { QuotasView } from '../../shared/messages/reports.ts';
import { type Amount, atLeastNothing } from '../../shared/reports/quota.ts';
import { type Handlers, withEtag } from '../../shared/runtime/routing.ts';
import { collected } from '../../shared/store/query.ts';
import type { Deps } from './deps.ts';

type QuotaHandlers = Pick<Handlers<'manage-reports'>, 'getReportQuotas' | 'putReportQuotas'>;

/** How much each account may have there, and has. */
export function makeQuotaHandlers({
  quotas,
  usage,
  events,
}: Pick<Deps, 'quotas' | 'usage' | 'events'>): QuotaHandlers {
  return {
    async getReportQuotas({ params: { district } }) {
      const { view, revision } = await read(district);
      return withEtag(view, revision);
    },

    async putReportQuotas({ params: { district }, body, by, ifMatch }) {
      const { each, accounts } = body;
      refuseAbove(quotas.deployment.most, each, '/each');
      for (const [at, one] of accounts.entries()) refuseAbove(quotas.deployment.most, one, `/accounts/${at}`);
      const { revision } = await quotas.said(district);
      if (ifMatch !== undefined && ifMatch !== String(revision)) throw changedMeanwhile();
      if (!(await quotas.put(district, { each, accounts, revision }))) throw changedMeanwhile();
      const what = { each: each !== undefined, accounts: accounts.length };
      events.audited({ district, by, action: 'report-quotas-changed', what });
      const after = await read(district);
      return withEtag(after.view, after.revision);
    },
  };

  async function read(district: string): Promise<{ view: QuotasView; revision: number }> {
    const [{ revision, each, accounts }, all] = await Promise.all([
      quotas.said(district),
      collected(usage.all(district)),
    ]);
    const used = all.map(({ account, used }) => ({ account, ...atLeastNothing(used) }));
    const said = { ...(each === undefined ? {} : { each }), accounts: [...accounts] };
    return { view: { ...said, used, ...quotas.deployment }, revision };
  }
}

function refuseAbove(most: Amount, wanted: Amount | undefined, pointer: string): void {
  if (wanted === undefined || (wanted.bytes <= most.bytes && wanted.files <= most.files)) return;
  const message = 'It is more than this deployment gives any account.';
  const detail = `at most ${most.bytes} bytes and ${most.files} files`;
  throw new RequestError('unprocessable', 'quota-above-most', message, {
    fields: [{ pointer, detail }],
    detail: { most },
  });
}

function changedMeanwhile(): RequestError {
  return new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.');
}
