import { isFetchable } from '../../../shared/reports/fetchable.ts';
import type { Report as Stored } from '../../../shared/reports/report.ts';
import { sentence, toldOf } from './dom.ts';

/** As the response schemas of the routes have it. */
export type Report = Stored & { accountName?: string };

/** What the page knows beside the reports: which folders the reader fetches from. */
export type Reader = {
  base: string;
  ids: ReadonlySet<string>;
  sees: (account: string, folder: string) => boolean;
};

const good = new Set(['accepted', 'checked', 'ready']);
const bad = new Set(['refused', 'quarantined', 'failed']);
/** In these a report waits for the service. */
const waiting = new Set(['received', 'requested', 'building']);

export function isWaiting({ state }: Report): boolean {
  return waiting.has(state);
}

export function rowOf(report: Report, reader: Reader): HTMLLIElement {
  const item = document.createElement('li');
  item.id = report.id;
  item.tabIndex = -1;
  const title = document.createElement('h3');
  title.textContent = sentence(`kind.${report.kind}`);
  const size = report.size === undefined ? undefined : sizeOf(report.size);
  const facts = [report.accountName ?? report.account, momentOf(report.at), size];
  item.append(title, text(report.fileName), text(facts.filter(Boolean).join(' · '), 'soft'), stateOf(report));
  if (report.problems !== undefined && report.problems.length > 0) item.append(problemsOf(report));
  if (!isFetched(report, reader)) return item;
  item.append(text(`${sentence('thereUntil')} ${dayOf(report.until)}`, 'soft'));
  const link = document.createElement('a');
  link.className = 'button quiet';
  link.href = `${reader.base}/reports/${report.id}/download`;
  link.textContent = sentence('download');
  link.setAttribute('aria-label', `${link.textContent} ${report.fileName}`);
  item.append(link);
  return item;
}

function isFetched(report: Report, { sees, ids }: Reader): boolean {
  const { account, folder, until, asked, by } = report;
  // As the API answers.
  if (!isFetchable(report) || until <= new Date().toISOString()) return false;
  return sees(account, folder) || (asked !== undefined && ids.has(by));
}

function stateOf({ state, progress, asked }: Report): HTMLParagraphElement {
  const said = state === 'refused' && asked !== undefined ? 'unmade' : `state.${state}`;
  const line = text(sentence(said), good.has(state) ? 'good' : bad.has(state) ? 'bad' : 'soft');
  if (progress !== undefined && state === 'building') line.append(` (${progress.done} / ${progress.total})`);
  return line;
}

function problemsOf({ problems = [], problemCount = problems.length, asked }: Report): HTMLDetailsElement {
  const details = document.createElement('details');
  const summary = document.createElement('summary');
  summary.textContent = `${sentence('whatIsWrong')} (${problemCount})`;
  const list = document.createElement('ul');
  list.className = 'rules';
  list.append(
    ...problems.map(({ line, column, code, message, hint }) => {
      const item = document.createElement('li');
      const where = [line === undefined ? '' : `${sentence('line')} ${line}`, column ?? ''];
      const place = where.filter((part) => part !== '').join(', ');
      item.append(
        place === '' ? '' : `${place}: `,
        toldOf(
          `${asked === undefined ? 'problem' : 'made'}.${code}`,
          [message, hint].filter(Boolean).join(' '),
        ),
      );
      return item;
    }),
  );
  details.append(summary, list);
  return details;
}

function text(content: string, className = ''): HTMLParagraphElement {
  const line = document.createElement('p');
  line.textContent = content;
  if (className !== '') line.className = className;
  return line;
}

const { lang } = document.documentElement;

function momentOf(instant: string): string {
  return new Date(instant).toLocaleString(lang, { dateStyle: 'medium', timeStyle: 'short' });
}

function dayOf(instant: string): string {
  return new Date(instant).toLocaleDateString(lang, { dateStyle: 'medium' });
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

function sizeOf(bytes: number): string {
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const unit = units[step] ?? 'byte';
  const format = new Intl.NumberFormat(lang, {
    style: 'unit',
    unit,
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  });
  return format.format(bytes / 1000 ** step);
}
