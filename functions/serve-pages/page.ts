import type { Language } from '../../shared/accounts/account.ts';
import { html } from '../../shared/accounts/html.ts';
import { english } from './english.ts';
import type { Page } from './pages.ts';
import { spanish } from './spanish.ts';
import { spanishOfMade, spanishProblems } from './spanish-problems.ts';

const words = { en: english, es: spanish } as const;
/** In English what the service says of a file is shown, which names more. */
const problems: Record<Language, Readonly<Record<string, string>>> = {
  en: {},
  es: { ...under('problem', spanishProblems), ...under('made', spanishOfMade) },
};

function under(prefix: string, sentences: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sentences).map(([code, sentence]) => [`${prefix}.${code}`, sentence]),
  );
}

/** A whole page. What its script may have to say stands in it already, in the reader's language. */
export function pageOf(language: Language, { script, title, body, says, saysProblems }: Page): string {
  const said = words[language];
  const ofFiles = Object.entries(saysProblems === true ? problems[language] : {});
  const sentences: [key: string, sentence: string][] = [
    ...says.map((key): [string, string] => [key, said[key]]),
    ...ofFiles,
  ];
  const messages = sentences.map(([key, sentence]) => html`<p data-says="${key}">${sentence}</p>`);
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${said[title]} – Rolebook</title>
<link rel="stylesheet" href="/pages/style.css">
<script src="/pages/${script}" defer></script>
</head>
<body>
<main>
<p class="name">Rolebook</p>
<div class="card">
<h1>${said[title]}</h1>
<noscript><p>${said.noScript}</p></noscript>
${body(said)}
<div id="messages" hidden>
${messages}
</div>
</div>
</main>
</body>
</html>
`.text;
}
