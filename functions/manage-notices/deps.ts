import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { IdempotencyKeys } from '../../shared/runtime/idempotency.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { DistrictQueue } from '../../shared/store/district-queue.ts';
import type { MailLedger } from '../../shared/store/mail-ledger.ts';
import type { NotificationSettings } from '../../shared/store/notification-settings.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';
import type { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';

export type Deps = {
  accounts: Pick<SignInAccounts, 'find'>;
  timeZone: (district: string) => Promise<string>;
  settings: NotificationSettings;
  reports: Pick<ReportLedger, 'findEvent' | 'lines' | 'find'>;
  ledger: Pick<MailLedger, 'note'>;
  mails: Pick<DistrictQueue<MailMessage>, 'send'>;
  decide: Decide;
  idempotency: IdempotencyKeys;
  events: Events;
  now: () => Date;
};
