import * as z from 'zod';
import type { Decision, Person } from '../access/facts.ts';
import { generatedKinds } from './report.ts';

export type GeneratedKind = (typeof generatedKinds)[number];

/** `txt`: tab-delimited, as the Clearinghouse takes it. */
export const reportFormats = ['csv', 'xlsx', 'pdf', 'txt'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** Whom a report is about. Of an account that is a school, `account` and `school` are the same. */
export const ReportScope = z.strictObject({
  type: z.enum(['district', 'school', 'class', 'account']),
  ids: z.array(z.string().min(1)).min(1).max(100),
});
export type ReportScope = z.infer<typeof ReportScope>;

/** What a requested report carries in `asked`. */
export const AskedReport = z.object({
  kind: z.enum(generatedKinds),
  format: z.enum(reportFormats),
  /** Absent: the account whose folder it goes to. */
  scope: ReportScope.optional(),
  /** Whose permissions bound it; absent for the operator or a client that acts as a district data administrator. */
  as: z.string().optional(),
  /** Whose product it is for, where a role sees rosters of some platforms alone (001:141). */
  platform: z.string().optional(),
  /** Of a graduates file: what no roster says. */
  graduation: z
    .strictObject({
      date: z.iso.date(),
      diploma: z.string().max(40),
      accountCode: z.string().max(20),
      actCode: z.string().regex(/^\d{6}$/),
    })
    .optional(),
});
export type AskedReport = z.infer<typeof AskedReport>;

/**
 * One way to be allowed a report: `action` on every resource of the scope at the request, and then of each person by itself. What a
 * system allows is never joined with what another does.
 */
export type Way = {
  action: string;
  /** Types of resources that it is asked on. */
  on: readonly ReportScope['type'][];
  /** Asked of each student; absent = none is told of. `account`: of an account where the student is, as the system knows no students. */
  student?: string | { account: string };
  /** Asked of everybody else; absent = nobody else is told of. */
  other?: string;
  /** A rule of the row narrows the holder to some students, which the question of each student settles. */
  ruleNarrows?: true;
};

export type GeneratedReport = {
  title: string;
  /** The first is what somebody gets who names none. */
  formats: readonly [ReportFormat, ...ReportFormat[]];
  ways: readonly Way[];
  /** What no roster says has to be said with the request. */
  takesMore?: true;
  /** Whatever the scope, it is asked on the district: it tells what the whole district's pages tell. */
  ofDistrict?: true;
};

const places = ['district', 'school', 'class'] as const;

/**
 * What can be made, and who may have it (docs/reports-generated.md). An access review and a sync history ask what the pages ask that
 * show the same. That whoever may edit a member of staff may print their start card is read: 004:34 speaks of students alone.
 */
export const generatedReports: Readonly<Record<GeneratedKind, GeneratedReport>> = {
  roster: {
    title: 'Roster',
    formats: ['csv', 'xlsx'],
    ways: [{ action: 'hmh:roster.view', on: places, student: 'hmh:roster.view', other: 'hmh:roster.view' }],
  },
  'student-list': {
    title: 'Student list',
    formats: ['csv', 'xlsx', 'pdf'],
    ways: [
      { action: 'hmh:roster.view', on: places, student: 'hmh:roster.view' },
      {
        action: 'acer:report.generate',
        on: ['account'],
        student: 'acer:report.generate',
        ruleNarrows: true,
      },
      { action: 'acer:student.view', on: ['account'], student: 'acer:student.view', ruleNarrows: true },
      { action: 'imath:report_data.export', on: places, student: 'imath:report_data.export' },
    ],
  },
  'access-review': {
    title: 'Access review',
    formats: ['csv', 'xlsx', 'pdf'],
    ofDistrict: true,
    ways: [
      { action: 'hmh:roster.view', on: ['district'], student: 'hmh:roster.view', other: 'hmh:roster.view' },
    ],
  },
  'sync-history': {
    title: 'Sync history',
    formats: ['csv', 'xlsx'],
    ofDistrict: true,
    ways: [{ action: 'hmh:roster.automated_import', on: ['district'] }],
  },
  'start-cards': {
    title: 'Start cards',
    formats: ['csv', 'xlsx', 'pdf'],
    ways: [
      {
        action: 'imath:start_card.print',
        on: places,
        student: 'imath:start_card.print',
        other: 'imath:educator.edit',
      },
    ],
  },
  'studenttracker-graduates-file': {
    title: 'StudentTracker graduates file',
    formats: ['txt'],
    takesMore: true,
    ways: [
      {
        action: 'nsc:report.generate',
        on: ['account'],
        student: { account: 'nsc:report.generate' },
      },
      {
        action: 'nsc:submission_file.create',
        on: ['account'],
        student: { account: 'nsc:submission_file.create' },
      },
    ],
  },
};

/** The account whose folder a report goes to, where nothing else was asked for. */
export function scopeOf({ scope }: Pick<AskedReport, 'scope'>, account: string): ReportScope {
  return scope ?? { type: 'account', ids: [account] };
}

type Resource = { type: ReportScope['type']; id: string; properties?: { platform: string } };

/** What a way is asked on, each of which has to be allowed; empty where the system has no resources of the scope. */
export function resourcesOf(
  kind: GeneratedKind,
  { on }: Way,
  { district, scope, platform }: { district: string; scope: ReportScope; platform?: string | undefined },
): Resource[] {
  const properties = platform === undefined ? {} : { properties: { platform } };
  if (generatedReports[kind].ofDistrict) return [{ type: 'district', id: district, ...properties }];
  const type = [scope.type, ...sameAs(scope.type)].find((one) => on.includes(one));
  return type === undefined ? [] : scope.ids.map((id) => ({ type, id, ...properties }));
}

/**
 * Whether an answer to the question of the request lets the report be made. Who is narrowed to some students holds the role there all the
 * same: the nearest assignment says so, and each student is asked about.
 */
export function lets(
  { ruleNarrows }: Way,
  { decision, reason }: Decision,
  { subject, resource }: { subject: Person | undefined; resource: string },
): boolean {
  if (decision || ruleNarrows !== true || subject === undefined) return decision;
  if (reason.code !== 'rule' && reason.code !== 'out-of-scope') return false;
  const held = [...(subject.roster?.assignments ?? []), ...subject.manual];
  return held.some(({ id, scope }) => id === reason.assignment && scope.ids.includes(resource));
}

function sameAs(type: ReportScope['type']): ReportScope['type'][] {
  if (type === 'account') return ['school'];
  return type === 'school' ? ['account'] : [];
}

/** Kind, account, day and the end of the report's id: nothing of whom it is about. */
export function generatedFileName(
  { id, account, at }: { id: string; account: string; at: string },
  { kind, format }: Pick<AskedReport, 'kind' | 'format'>,
): string {
  const place = account.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 40);
  return `${kind}_${place}_${at.slice(0, 10)}_${id.slice(-8)}.${format}`;
}
