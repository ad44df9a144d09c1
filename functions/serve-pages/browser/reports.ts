import { ask, element, onSubmit, say } from './dom.ts';
import { type Asks, offerRequests } from './report-request.ts';
import { isWaiting, type Reader, type Report, rowOf } from './report-row.ts';
import { upload } from './report-upload.ts';

type Account = { account: string; name?: string; sees: string[]; puts: string[]; asks: Asks[] };

const list = element('reports', HTMLUListElement);
const more = element('more', HTMLButtonElement);
const accountField = element('account', HTMLSelectElement);
const folderField = element('folder', HTMLSelectElement);
/** Milliseconds after which the page looks again for what the service works on. */
const lookAgainMs = 2000;

async function main(): Promise<void> {
  const session = await ask('GET', '/v1/sessions/current');
  if (session?.status === 401) return signInFirst();
  if (session?.status !== 200) return failed('fault');
  const { district, account, user } = session.body;
  const base = `/v1/districts/${encodeURIComponent(String(district))}`;
  const answer = await ask('GET', `${base}/report-accounts`);
  if (answer?.status === 403) return failed('noReportRole');
  if (answer?.status !== 200) return failed('fault');
  // The response schema of the route.
  const accounts = answer.body.items as Account[];
  const reader = readerOf(accounts, { base, ids: new Set([String(account), String(user)]) });
  if (!(await showPage(reader))) return failed('fault');
  element('waiting', HTMLParagraphElement).hidden = true;
  element('content', HTMLDivElement).hidden = false;
  offerUpload(accounts, reader);
  offerRequests(base, accounts, (id) => look(id, reader));
  await goToMeant(reader);
  void watch(reader);
}

function signInFirst(): void {
  location.replace(`/sign-in?${new URLSearchParams({ next: `/reports${location.hash}` })}`);
}

function failed(problem: string): void {
  element('waiting', HTMLParagraphElement).hidden = true;
  say('problem', problem);
}

function readerOf(accounts: readonly Account[], { base, ids }: Pick<Reader, 'base' | 'ids'>): Reader {
  const byId = new Map(accounts.map((one) => [one.account, one]));
  return {
    base,
    ids,
    sees: (account, folder) => byId.get(account)?.sees.includes(folder) ?? false,
  };
}

/** @param cursor of the page; the first where absent, in place of what is shown */
async function showPage(reader: Reader, cursor?: string): Promise<boolean> {
  const asked = new URLSearchParams({ limit: '25', ...(cursor === undefined ? {} : { cursor }) });
  const answer = await ask('GET', `${reader.base}/reports?${asked}`);
  if (answer?.status !== 200) return false;
  // The response schema of the route.
  const reports = answer.body.items as Report[];
  const next = answer.body.cursor;
  for (const report of reports) place(report, reader);
  more.hidden = next === undefined;
  more.onclick = async () => {
    if (!(await showPage(reader, String(next)))) say('problem', 'fault');
  };
  element('none', HTMLParagraphElement).hidden = list.children.length > 0;
  return true;
}

/** Reports under way, by id. */
const underWay = new Set<string>();

/** In place of its row, or in order: the newest first. */
function place(report: Report, reader: Reader): void {
  if (isWaiting(report)) underWay.add(report.id);
  else underWay.delete(report.id);
  const row = rowOf(report, reader);
  const there = document.getElementById(report.id);
  if (there === null) {
    const older = [...list.children].find(({ id }) => id < report.id);
    list.insertBefore(row, older ?? null);
  } else there.replaceWith(row);
  element('none', HTMLParagraphElement).hidden = true;
}

async function look(id: string, reader: Reader): Promise<Report | undefined> {
  const answer = await ask('GET', `${reader.base}/reports/${encodeURIComponent(id)}`);
  if (answer?.status !== 200) return undefined;
  const report = answer.body as Report; // the response schema of the route
  place(report, reader);
  return report;
}

/** A mail leads to one report, which may be older than what the page shows first. */
async function goToMeant(reader: Reader): Promise<void> {
  const id = location.hash.slice(1);
  if (id === '') return;
  if (document.getElementById(id) === null) await look(id, reader);
  const row = document.getElementById(id);
  if (row?.parentElement !== list) return;
  row.classList.add('meant');
  row.focus();
  row.scrollIntoView({ block: 'center' });
}

async function watch(reader: Reader): Promise<void> {
  for (;;) {
    await pause();
    if (document.hidden) continue;
    for (const id of [...underWay]) await look(id, reader);
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, lookAgainMs));
}

function offerUpload(accounts: readonly Account[], reader: Reader): void {
  const open = accounts.filter(({ puts }) => puts.length > 0);
  const [first] = open;
  if (first === undefined) return;
  accountField.replaceChildren(...open.map(({ account, name }) => new Option(name ?? account, account)));
  element('account-field', HTMLDivElement).hidden = open.length === 1;
  const offerFolders = (): void => {
    const puts = open.find(({ account }) => account === accountField.value)?.puts ?? [];
    for (const option of folderField.options) option.hidden = !puts.includes(option.value);
    folderField.value = puts[0] ?? '';
    element('folder-field', HTMLDivElement).hidden = puts.length === 1;
  };
  offerFolders();
  accountField.addEventListener('change', offerFolders);
  element('bring', HTMLElement).hidden = false;
  onSubmit(() => bring(reader));
}

async function bring(reader: Reader): Promise<void> {
  const field = element('file', HTMLInputElement);
  const file = field.files?.[0];
  if (file === undefined) return;
  const shown = element('progress-field', HTMLDivElement);
  element('progress', HTMLProgressElement).value = 0;
  shown.hidden = false;
  say('done', 'uploading');
  const wanted = { account: accountField.value, folder: folderField.value, file };
  const outcome = await upload(reader.base, wanted).finally(() => {
    shown.hidden = true;
  });
  say('done', '');
  if ('problem' in outcome) return say('problem', outcome.problem);
  field.value = '';
  say('done', 'checking');
  const state = await outcomeOf(outcome.report, reader);
  const done = { accepted: 'uploadAccepted', refused: '', checked: 'uploadChecked' }[state];
  say('done', done ?? '');
  if (state === 'refused') say('problem', 'uploadRefused');
  if (state === 'quarantined') say('problem', 'linkQuarantined');
}

/** The state that the check of a file came to. */
async function outcomeOf(id: string, reader: Reader): Promise<string> {
  for (;;) {
    const report = await look(id, reader);
    if (report !== undefined && report.state !== 'awaited' && !isWaiting(report)) return report.state;
    await pause();
  }
}

main().catch(() => failed('fault'));
