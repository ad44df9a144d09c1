import { RequestError } from '../../shared/errors.ts';
import { deliveriesOf } from '../../shared/reports/deliveries.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import type { ReportLine } from '../../shared/store/report-ledger.ts';
import type { Deps } from './deps.ts';

type Mine = Pick<Handlers<'manage-notices'>, 'listReportMails' | 'resendReportMails'>;

export function makeReportMailHandlers({ reports, ledger, mails, events }: Deps): Mine {
  return {
    async listReportMails({ params: { district, report } }) {
      const lines = await linesOf(district, report);
      const told = new Set(lines.flatMap(({ of }) => of ?? []));
      return {
        items: [...told].flatMap((event) =>
          deliveriesOf(lines, event).map((delivery) => ({ event, ...delivery })),
        ),
      };
    },

    async resendReportMails({ params: { district, report }, body: { event: id, account }, by, now, newId }) {
      const lines = await linesOf(district, report);
      const deliveries = deliveriesOf(lines, id);
      const accounts = deliveries
        .map((one) => one.account)
        .filter((one) => account === undefined || one === account);
      // The first line of a mail is of when the event was.
      const day = lines.find(({ of }) => of === id)?.at.slice(0, 10) ?? '';
      const event = accounts.length === 0 ? undefined : await reports.findEvent(district, day, id);
      if (event === undefined)
        throw new RequestError(
          'not-found',
          'unknown-mail',
          'There was no such mail, or it was too long ago.',
        );
      for (const to of accounts) await ledger.note(event, 'queued', { to, at: now });
      for (const to of accounts)
        await mails.send({ kind: 'event', district, account: to, event: id, day, again: newId });
      events.audited({ district, by, action: 'mail-sent-again', what: { report, mails: accounts.length } });
      return { accounts };
    },
  };

  async function linesOf(district: string, report: string): Promise<ReportLine[]> {
    if ((await reports.find(district, report)) === undefined)
      throw new RequestError('not-found', 'unknown-report', 'There is no such report.');
    const lines: ReportLine[] = [];
    for await (const line of reports.lines(district, report)) lines.push(line);
    return lines;
  }
}
