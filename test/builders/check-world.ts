import { createHash } from 'node:crypto';
import type { CheckDeps } from '../../functions/check-report/check-report.ts';
import type { Feed } from '../../shared/messages/districts.ts';
import type { Report } from '../../shared/reports/report.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import type { UploadSync } from '../../shared/roster/due.ts';
import { type Lane, newLane } from '../../shared/roster/lane.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import type { Kept } from '../../shared/roster/sync-stores.ts';
import { noScan } from '../../shared/runtime/clamd.ts';
import type { ReportLine } from '../../shared/store/report-ledger.ts';
import type { StoredUpload } from '../../shared/store/uploads.ts';
import { memoryDueTimes } from './due-times.ts';

export const district = 'd-1';

/** A report as it is when it has just come. */
export function aReport(more: Partial<Report> = {}): Report {
  return {
    ...{ id: '01K0000000000000000000000A', account: 's1', folder: 'upload', fileName: 'feed.zip' },
    ...{ kind: 'unknown', state: 'received', by: 'acc-1', via: 'sftp', revision: 1 },
    at: '2026-11-22T12:00:00.000Z',
    until: '2027-02-20T12:00:00.000Z',
    ...more,
  };
}

type Parts = { report?: Partial<Report>; content: Buffer; feeds?: Feed[]; pieceBytes?: number };

/** Stores in memory that one report is checked on. `crashing`: called before and after each call that changes something. */
export class CheckWorld {
  report: Report;
  readonly lines: ReportLine[] = [];
  readonly events: ServiceEvent[] = [];
  readonly syncs = new Map<string, Kept<Sync>>();
  readonly uploads = new Map<string, StoredUpload>();
  readonly copies: string[] = [];
  readonly taken: string[] = [];
  readonly plans: string[] = [];
  csv = '';
  allowed = true;
  crashing: () => void = () => undefined;
  readonly deps: CheckDeps;
  #lane: Kept<Lane> = { value: newLane(district), version: 0 };

  constructor({ report, content, feeds = [], pieceBytes = 64 * 1024 }: Parts) {
    this.report = aReport(report);
    const changing = async <T>(work: () => T): Promise<T> => {
      this.crashing();
      const done = work();
      this.crashing();
      return done;
    };
    const upload = (id: string, change: (upload: StoredUpload) => StoredUpload): StoredUpload | undefined => {
      const before = this.uploads.get(id);
      if (before !== undefined) this.uploads.set(id, change(before));
      return this.uploads.get(id);
    };
    this.deps = {
      scan: noScan,
      now: () => '2026-11-22T12:01:00.000Z',
      today: async () => '2026-11-22',
      decide: async () => ({
        decision: this.allowed,
        reason: { code: this.allowed ? 'allowed' : 'no-role', message: 'x' },
      }),
      due: memoryDueTimes(),
      feeds: { list: async () => ({ items: feeds }) },
      queues: {
        plan: (_, syncId) => changing(() => void this.plans.push(syncId)),
        chunks: async () => undefined,
        finish: async () => undefined,
      },
      ledger: {
        lane: async () => this.#lane,
        sync: async (_, id) => this.syncs.get(id),
        write: ({ lane, syncs }) =>
          changing(() => {
            if (lane !== undefined && lane.version !== this.#lane.version) return false;
            if (syncs.some(({ value, version }) => (this.syncs.get(value.syncId)?.version ?? 0) !== version))
              return false;
            if (lane !== undefined) this.#lane = { value: lane.value, version: lane.version + 1 };
            for (const { value, version } of syncs)
              this.syncs.set(value.syncId, { value, version: version + 1 });
            return true;
          }),
        chunkDone: async () => false,
        chunksLeft: async () => [],
        movedAt: async () => undefined,
        progress: async () => undefined,
      },
      uploads: {
        createOnce: (_, one) =>
          changing(() => {
            if (!this.uploads.has(one.uploadId)) this.uploads.set(one.uploadId, one);
          }),
        arrived: ({ uploadId }, { at }) =>
          changing(() =>
            upload(uploadId, (one) => ({
              ...one,
              files: one.files.map((file) => ({ ...file, arrivedAt: file.arrivedAt ?? at.toISOString() })),
            })),
          ),
        give: ({ uploadId }, sync: UploadSync) =>
          changing(() => upload(uploadId, (one) => ({ ...one, sync: one.sync ?? sync }))?.sync ?? sync),
      },
      copyReport: (_, _report, key) =>
        changing(() => {
          this.copies.push(key);
          return 'tag';
        }),
      takeAway: (_, { id }) => changing(() => void this.taken.push(id)),
      openReport: async (_, { fileName: name }) => ({
        ...{ name, size: content.length },
        read: async (from, to) => content.subarray(from, to),
        async *stream() {
          for (let from = 0; from < content.length; from += pieceBytes)
            yield content.subarray(from, from + pieceBytes);
        },
      }),
      problemsFile: () => {
        let text = '';
        return {
          append: async (more) => {
            text += more;
          },
          close: async () => {
            this.csv = text;
          },
          abort: async () => undefined,
        };
      },
      reports: {
        find: async () => this.report,
        change: (_, before, after, { line, event }) =>
          changing(() => {
            if (this.report.revision !== before.revision) return false;
            this.report = { ...after, revision: before.revision + 1 };
            this.lines.push(line);
            if (event !== undefined) this.events.push(event);
            return true;
          }),
      },
    };
  }
}

export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
