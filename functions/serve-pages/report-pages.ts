import { html } from '../../shared/accounts/html.ts';
import type { ReportPageProblem } from '../../shared/messages/page-routes.ts';
import { reportKinds, reportStates } from '../../shared/reports/report.ts';
import type { Words } from './english.ts';
import type { Page } from './pages.ts';

const problemWords: Record<ReportPageProblem, keyof Words> = {
  'unknown-report': 'linkOpensNothing',
  'unknown-link': 'linkOpensNothing',
  'report-archived': 'linkArchived',
  'report-quarantined': 'linkQuarantined',
  'report-not-ready': 'linkNotReady',
  'not-permitted': 'linkOpensNothing',
};

const says: readonly (keyof Words)[] = [
  ...reportKinds.map((kind) => `kind.${kind}` as const),
  ...reportStates.map((state) => `state.${state}` as const),
  ...(['download', 'thereUntil', 'whatIsWrong', 'line', 'noReportRole', 'fault', 'tooMany'] as const),
  ...(['uploading', 'checking', 'uploadAccepted', 'uploadRefused', 'uploadChecked'] as const),
  ...(['uploadBroken', 'uploadNamed', 'uploadWithoutRoom', 'linkQuarantined'] as const),
  ...(['askedFor', 'unmade'] as const),
];

/** What the reader's accounts have brought and got. Files go straight to where they are kept, and come from there. */
export function reports({ problem }: { problem?: ReportPageProblem | undefined }): Page {
  return {
    script: 'reports.js',
    title: 'reports',
    says,
    saysProblems: true,
    body: (said) => html`<p id="waiting" role="status">${said.loading}</p>
<p role="alert" id="problem" tabindex="-1">${problem === undefined ? '' : said[problemWords[problem]]}</p>
<p role="status" id="done" tabindex="-1"></p>
<div id="content" hidden>
<section id="bring" aria-labelledby="bring-title" hidden>
<h2 id="bring-title">${said.uploadFile}</h2>
<form id="form" method="post">
<div id="account-field"><label for="account">${said.account}</label><select id="account"></select></div>
<div id="folder-field"><label for="folder">${said.whatFor}</label>
<select id="folder"><option value="upload">${said.forUse}</option><option value="test">${said.forTrying}</option></select></div>
<label for="file">${said.file}</label>
<input id="file" type="file" required>
<button type="submit">${said.upload}</button>
<div id="progress-field" hidden><label for="progress">${said.uploaded}</label><progress id="progress" max="100" value="0"></progress></div>
</form>
</section>
<details id="ask" hidden>
<summary>${said.askForReport}</summary>
<form id="ask-form" method="post">
<div id="ask-account-field"><label for="ask-account">${said.account}</label><select id="ask-account"></select></div>
<label for="ask-kind">${said.kindOfReport}</label><select id="ask-kind"></select>
<label for="ask-format">${said.format}</label><select id="ask-format"></select>
<button type="submit">${said.askForReport}</button>
</form>
</details>
<section aria-labelledby="there-title">
<h2 id="there-title">${said.reportsThere}</h2>
<p id="none" hidden>${said.noReports}</p>
<ul class="rows" id="reports"></ul>
<button type="button" class="quiet" id="more" hidden>${said.more}</button>
</section>
</div>
<ul class="links"><li><a href="/">${said.home}</a></li></ul>`,
  };
}
