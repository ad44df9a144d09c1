import { createHash } from 'node:crypto';
import { sftpNames } from '../../shared/accounts/sftp-names.ts';
import { SftpDownload } from '../../shared/messages/sftp.ts';
import { type Place, placeOf } from '../../shared/reports/exchange-keys.ts';
import { idOfObject } from '../../shared/reports/received-report.ts';
import type { Report } from '../../shared/reports/report.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { confinedTo } from '../../shared/runtime/tenancy.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';
import type { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';

type Found = { etag: string; modified: Date; metadata: Record<string, string> };

export type Deps = {
  /** Of what lies there now; nothing where it is no more. */
  look: (key: string) => Promise<Found | undefined>;
  ledger: Pick<ReportLedger, 'find' | 'note'>;
  accounts: Pick<SignInAccounts, 'named'>;
  events: Pick<Events, 'flush'>;
};

/** Somebody fetched a file whole: one line and one event for each session and report, however often it is told. */
export function makeHandler({ look, ledger, accounts, events }: Deps) {
  return async (event: unknown): Promise<void> => {
    const { detail } = SftpDownload.parse(event);
    // `/bucket/key`
    const key = detail['file-path'].split('/').slice(2).join('/');
    const place = placeOf(key);
    if (place !== undefined) await confinedTo(place.district, () => heard(detail, key, place));
    events.flush();
  };

  async function heard(detail: SftpDownload['detail'], key: string, place: Place): Promise<void> {
    const { district } = place;
    const report = await reportAt(key, place);
    if (report === undefined) return;
    const at = new Date(detail['end-timestamp']).toISOString();
    const by = await accountOf(detail.username, district);
    const once = createHash('sha256').update(`${detail['session-id']}\n${report.id}`).digest('hex');
    await ledger.note(district, report.id, {
      line: { id: `${at}.${once.slice(0, 16)}`, at, what: 'downloaded', ...by, why: 'sftp' },
      event: {
        ...{ id: `downloaded.${once}`, district, kind: 'report.downloaded', at },
        ...{ account: report.account, report: report.id, ...by, facts: { via: 'sftp' } },
      },
    });
  }

  /** What is made here says which report it is; what came in is the report of its object, as which `receive-report` entered it. */
  async function reportAt(key: string, { district, folder }: Place): Promise<Report | undefined> {
    const found = await look(key);
    if (found === undefined) return undefined;
    const { etag, modified, metadata } = found;
    const object = idOfObject({ key, etag, modified: modified.getTime() });
    const named = metadata.report === undefined ? undefined : await ledger.find(district, metadata.report);
    if (folder === 'receive' || named?.object === object) return named;
    return ledger.find(district, object);
  }

  async function accountOf(username: string, district: string): Promise<{ by?: string }> {
    for (const one of sftpNames(username)) {
      if (one.district !== undefined && one.district !== district) continue;
      const { account } = await accounts.named('username', one.name, district);
      if (account !== undefined) return { by: account.id };
    }
    return {};
  }
}
