/** One look for all pages, with the reader's own font size, contrast and colours. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f2f4f7; --card: #ffffff; --ink: #1b1f24; --soft: #4a5260; --line: #838b98; --rule: #d5dae1;
  --accent: #0b57d0; --on-accent: #ffffff; --bad: #a50e0e; --good: #146c2e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14161a; --card: #1f2329; --ink: #e8eaed; --soft: #b4bac4; --line: #7a828f; --rule: #3a4049;
    --accent: #8ab4f8; --on-accent: #10151c; --bad: #ffb4ab; --good: #8fd9a3;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 27rem; margin: 0 auto; padding: 1.5rem .75rem; }
.name { font-weight: 700; letter-spacing: .01em; color: var(--soft); margin: 0 0 .75rem; }
.card { background: var(--card); border-radius: .75rem; padding: 1.5rem 1.25rem; box-shadow: 0 1px 3px #0003; }
h1 { overflow-wrap: anywhere; font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.125rem; line-height: 1.25; margin: 1.5rem 0 .5rem; }
#app-key, #codes { overflow-wrap: anywhere; font-family: ui-monospace, monospace; }
label { display: block; font-weight: 600; margin: 1rem 0 .25rem; }
.field { position: relative; }
input, select, textarea {
  width: 100%; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem; padding: .7rem .8rem; min-height: 3rem;
}
input[aria-invalid='true'], textarea[aria-invalid='true'] { border-color: var(--bad); }
button, .button {
  display: block; width: 100%; font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .5rem;
  padding: .7rem 1rem; min-height: 3rem; margin-top: 1.25rem;
}
.quiet { color: var(--accent); background: transparent; }
button[disabled] { opacity: .6; cursor: progress; }
a { color: var(--accent); }
[tabindex='-1']:focus { outline: none; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.soft, .links { color: var(--soft); font-size: .9375rem; }
.links { margin: 1.25rem 0 0; padding: 0; list-style: none; }
.links li { padding: .3rem 0; }
.links li > a { display: inline-block; padding: .75rem 0; }
.links p { margin: 0; }
.check { display: flex; align-items: center; gap: .5rem; font-weight: 400; margin-top: .25rem; min-height: 2.75rem; }
.check input { width: 1.25rem; min-height: 1.25rem; height: 1.25rem; margin: 0; }
[role='alert'] { color: var(--bad); font-weight: 600; }
[role='alert']:empty, [role='status']:empty { display: none; }
[role='status'] { color: var(--good); font-weight: 600; }
#waiting { color: var(--soft); font-weight: 400; }
dl { margin: 0; overflow-wrap: anywhere; }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: 0 0 .6rem; }
progress { width: 100%; height: 1rem; accent-color: var(--accent); }
code { overflow-wrap: anywhere; font-family: ui-monospace, monospace; }
input[type='file'] { padding: .55rem; }
input[type='file']::file-selector-button { font: inherit; color: var(--accent); background: transparent; border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .7rem; margin-right: .7rem; }
.rows { margin: 0; padding: 0; list-style: none; }
.rows > li { padding: 1rem 0; border-top: 1px solid var(--rule); }
.rows p { margin: .1rem 0; overflow-wrap: anywhere; }
.rows h3 { font-size: 1rem; margin: 0; }
.rows button, .rows .button { margin-top: .6rem; min-height: 2.75rem; padding: .5rem 1rem; }
.rows .meant { border-left: 4px solid var(--accent); padding-left: .75rem; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
summary { cursor: pointer; color: var(--accent); padding: .75rem 0; }
ul.rules { padding-left: 1.2rem; margin: .25rem 0 0; }
[hidden] { display: none !important; }
`;
