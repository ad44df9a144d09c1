import type { BuildMessage } from '../../shared/messages/report-messages.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { IdempotencyKeys } from '../../shared/runtime/idempotency.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { DistrictQueue } from '../../shared/store/district-queue.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';
import type { ReportLinks } from '../../shared/store/report-links.ts';
import type { ReportQuotas } from '../../shared/store/report-quotas.ts';
import type { ReportUsage } from '../../shared/store/report-usage.ts';
import type { NameOf } from '../../shared/store/roster-names.ts';
import type { UploadFiles } from '../../shared/store/upload-files.ts';

export type Deps = {
  reports: Pick<ReportLedger, 'create' | 'createWithin' | 'find' | 'list' | 'lines' | 'note'>;
  quotas: Pick<ReportQuotas, 'deployment' | 'said' | 'put' | 'room' | 'rooms'>;
  usage: Pick<ReportUsage, 'all'>;
  links: Pick<ReportLinks, 'create' | 'find' | 'list' | 'end'>;
  files: Pick<UploadFiles, 'putTarget' | 'getUrl' | 'begin' | 'partUrls' | 'join'>;
  access: Pick<AccessStore, 'holder' | 'manyCheckFacts'>;
  /** Whether there is such an account in the district. */
  isAccount(district: string, id: string): Promise<boolean>;
  nameOf: NameOf;
  builds: Pick<DistrictQueue<BuildMessage>, 'send'>;
  decide: Decide;
  idempotency: IdempotencyKeys;
  events: Events;
  now: () => Date;
};

type All = Handlers<'manage-reports'>;
/** What a route of this function is asked. */
export type Asked<Name extends keyof All> = Parameters<All[Name]>[0];
/** What all of them are asked with. */
export type AnyAsked = Pick<Asked<'listReports'>, 'caller' | 'by' | 'allows' | 'require' | 'now'> & {
  params: { district: string };
};
