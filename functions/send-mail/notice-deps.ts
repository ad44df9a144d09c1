import type { DueTimes } from '../../shared/roster/due.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { MailLedger } from '../../shared/store/mail-ledger.ts';
import type { NotificationSettings } from '../../shared/store/notification-settings.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';
import type { NameOf } from '../../shared/store/roster-names.ts';
import type { WaitingNotices } from '../../shared/store/waiting-notices.ts';
import type { SendMailDeps } from './send-mails.ts';

export type NoticeDeps = Pick<SendMailDeps, 'tenants' | 'sent' | 'mailer' | 'events' | 'origin' | 'now'> & {
  accounts: Pick<SendMailDeps['accounts'], 'find'>;
  outbox: Pick<ReportLedger, 'findEvent' | 'find'>;
  ledger: Pick<MailLedger, 'note' | 'noteAll'>;
  settings: Pick<NotificationSettings, 'preferences' | 'suppression' | 'link'>;
  waiting: Pick<WaitingNotices, 'put' | 'ready' | 'remove' | 'keepTold'>;
  due: DueTimes;
  decide: Decide;
  nameOf: NameOf;
};
