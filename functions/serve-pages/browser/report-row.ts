import { isFetchable } from '../../../shared/reports/fetchable.ts';
import type { Report as ToFetch } from '../../../shared/reports/report.ts';
import { sentence, toldOf } from './dom.ts';

export type Report = Record<string, unknown> & { id: string };

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
  return waiting.has(String(state));
}

export function rowOf(report: Report, reader: Reader): HTMLLIElement {
  const item = document.createElement('li');
  item.id = report.id;
  item.tabIndex = -1;
  const title = document.createElement('h3');
  title.textContent = sentence(`kind.${String(report.kind)}`);
  const size = typeof report.size === 'number' ? sizeOf(report.size) : undefined;
  const facts = [String(report.accountName ?? report.account), momentOf(report.at), size];
  item.append(
    title,
    text(String(report.fileName)),
    text(facts.filter(Boolean).join(' · '), 'soft'),
    stateOf(report),
  );
  if (Array.isArray(report.problems) && report.problems.length > 0) item.append(problemsOf(report));
  if (!isFetched(report, reader)) return item;
  item.append(text(`${sentence('thereUntil')} ${dayOf(report.until)}`, 'soft'));
  const link = document.createElement('a');
  link.className = 'button quiet';
  link.href = `${reader.base}/reports/${report.id}/download`;
  link.textContent = sentence('download');
  link.setAttribute('aria-label', `${link.textContent} ${String(report.fileName)}`);
  item.append(link);
  return item;
}

function isFetched(report: Report, { sees, ids }: Reader): boolean {
  const { account, folder, until, asked, by } = report;
  // As the API answers.
  const isThere = isFetchable(report as unknown as ToFetch);
  if (!isThere || String(until) <= new Date().toISOString()) return false;
  return sees(String(account), String(folder)) || (asked !== undefined && ids.has(String(by)));
}

function stateOf({ state, progress, asked }: Report): HTMLParagraphElement {
  const name = String(state);
  const said = name === 'refused' && asked !== undefined ? 'unmade' : `state.${name}`;
  const line = text(sentence(said), good.has(name) ? 'good' : bad.has(name) ? 'bad' : 'soft');
  if (typeof progress !== 'object' || progress === null || name !== 'building') return line;
  const { done, total } = progress as { done?: unknown; total?: unknown };
  line.append(` (${String(done)} / ${String(total)})`);
  return line;
}

function problemsOf({ problems, problemCount, asked }: Report): HTMLDetailsElement {
  const all: Record<string, unknown>[] = Array.isArray(problems) ? problems : [];
  const details = document.createElement('details');
  const summary = document.createElement('summary');
  summary.textContent = `${sentence('whatIsWrong')} (${String(problemCount ?? all.length)})`;
  const list = document.createElement('ul');
  list.className = 'rules';
  list.append(
    ...all.map(({ line, column, code, message, hint }) => {
      const item = document.createElement('li');
      const where = [line === undefined ? '' : `${sentence('line')} ${String(line)}`, String(column ?? '')];
      const place = where.filter((part) => part !== '').join(', ');
      item.append(
        place === '' ? '' : `${place}: `,
        toldOf(
          `${asked === undefined ? 'problem' : 'made'}.${String(code)}`,
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

function momentOf(instant: unknown): string {
  return new Date(String(instant)).toLocaleString(lang, { dateStyle: 'medium', timeStyle: 'short' });
}

function dayOf(instant: unknown): string {
  return new Date(String(instant)).toLocaleDateString(lang, { dateStyle: 'medium' });
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
