import * as z from 'zod';
import { readFileName } from '../reports/file-name.ts';
import { AskedReport, reportFormats } from '../reports/generated-kinds.ts';
import { Amount } from '../reports/quota.ts';
import { folders, generatedKinds, Report, reportKinds, reportStates } from '../reports/report.ts';
import { FileTarget } from './districts.ts';
import { Id, Instant, PageQuery, pageOf, Sha256, Ulid } from './parameters.ts';

/** Reports in and out (docs/reports.md). */

const FileName = z
  .string()
  .max(1000)
  .transform((given, at) => {
    const read = readFileName(given);
    if ('name' in read) return read.name;
    at.addIssue({ code: 'custom', message: read.message });
    return z.NEVER;
  })
  .meta({ description: 'One name of 200 bytes at most, in any script; kept as Unicode NFC.' });

const NewUpload = z.strictObject({
  account: Id.meta({ description: '`sourcedId` of the org whose folder it is for.' }),
  folder: z.enum(['upload', 'test']),
  fileName: FileName,
  size: z
    .int()
    .min(0)
    .max(5 * 1024 ** 3)
    .meta({ description: 'Bytes; at most 5 GiB. S3 takes no other number.' }),
  sha256: Sha256.optional().meta({ description: 'Of the whole file; other content is refused.' }),
});
export type NewReportUpload = z.infer<typeof NewUpload>;

const Asked = AskedReport.omit({ as: true }).partial({ format: true });
const NewRequest = z.strictObject({
  ...Asked.shape,
  account: Id.meta({ description: '`sourcedId` of the org whose folder `receive` it goes to.' }),
});
export type NewReportRequest = z.infer<typeof NewRequest>;

export const NewReport = z.union([NewUpload, NewRequest]);

export const ReportView = Report.omit({ object: true, multipartId: true }).extend({
  accountName: z.string().optional().meta({ description: 'Of the org, as the roster has it.' }),
  upload: FileTarget.optional().meta({
    description:
      'Of a report that is awaited, once: where to PUT it. Above 8 MB in parts, and then `POST …/completion`.',
  }),
  uploadUntil: Instant.optional(),
});
export type ReportView = z.infer<typeof ReportView>;

export const ReportPage = pageOf(ReportView);

export const ReportAccounts = z.object({
  items: z.array(
    z.object({
      account: z.string().meta({ description: '`sourcedId` of the org.' }),
      name: z.string().optional().meta({ description: 'As the roster has it.' }),
      sees: z.array(z.enum(folders)),
      puts: z.array(z.enum(folders)).meta({ description: 'Where the person may bring files.' }),
      used: Amount.optional().meta({
        description: 'What lies in `upload` and `test`, with what is awaited.',
      }),
      most: Amount.optional().meta({ description: 'What may lie there.' }),
      asks: z
        .array(z.object({ kind: z.enum(generatedKinds), formats: z.array(z.enum(reportFormats)) }))
        .meta({
          description: 'Reports about the account that the person may ask for, without any more words.',
        }),
    }),
  ),
});
export type ReportAccounts = z.infer<typeof ReportAccounts>;

const AccountAmount = Amount.extend({ account: Id });

/** Replaces what was said before. */
export const QuotasBody = z.strictObject({
  each: Amount.optional().meta({
    description: 'Of each account of the district; as the deployment has it where absent.',
  }),
  accounts: z
    .array(AccountAmount)
    .max(1000)
    .refine((all) => new Set(all.map(({ account }) => account)).size === all.length, 'an account stands once')
    .default([])
    .meta({ description: 'Of these accounts, by the `sourcedId` of the org, in place of `each`.' }),
});

export const QuotasView = z.object({
  each: Amount.optional(),
  accounts: z.array(AccountAmount),
  used: z
    .array(AccountAmount)
    .meta({ description: 'What lies there of each account that ever brought anything.' }),
  usual: Amount.meta({ description: 'Of an account of which nothing is said.' }),
  most: Amount.meta({ description: 'More than this deployment gives to none.' }),
});
export type QuotasView = z.infer<typeof QuotasView>;

export const ReportsQuery = PageQuery.extend({
  account: Id.optional(),
  folder: z.enum(folders).optional(),
  kind: z.enum(reportKinds).optional(),
  state: z.enum(reportStates).optional(),
});
export type ReportsQuery = z.infer<typeof ReportsQuery>;

export const LedgerView = z.object({
  items: z.array(
    z.looseObject({
      id: z.string(),
      at: Instant,
      what: z
        .string()
        .meta({ description: 'A state that it came to, `downloaded`, or what became of a mail.' }),
      by: z.string().optional().meta({ description: 'As the audit calls people and clients.' }),
      to: z.string().optional().meta({ description: 'The account that a mail or link is for.' }),
      why: z.string().optional(),
    }),
  ),
});

export const NewReportLink = z.strictObject({
  account: Id.meta({ description: 'The account of the one person who may use it.' }),
  hours: z
    .int()
    .min(1)
    .max(14 * 24)
    .default(72),
});
export type NewReportLink = z.infer<typeof NewReportLink>;

export const ReportLinkView = z.object({
  id: Ulid,
  url: z.string().meta({ description: 'To anybody else than that person, signed in, it opens nothing.' }),
  account: z.string(),
  by: z.string(),
  at: Instant,
  until: Instant,
});
export type ReportLinkView = z.infer<typeof ReportLinkView>;

export const ReportLinksView = z.object({ items: z.array(ReportLinkView) });
