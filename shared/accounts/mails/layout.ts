import type { Language } from '../account.ts';
import { Html, html } from '../html.ts';

/** `html` and `text` say the same. */
export type MailText = { subject: string; html: string; text: string };

export type MailParts = {
  language: Language;
  subject: string;
  heading: string;
  paragraphs: readonly string[];
  button: { label: string; url: string };
  /** Until when the button works, where it does not always. */
  until?: string | undefined;
  /** Why the reader gets it, and whom to ask. */
  footer: readonly string[];
  /** Turns mails of its kind off. */
  optOut?: { label: string; url: string } | undefined;
};

/** Every mail's look: one column that is readable on a phone and in the dark, without images or anything from elsewhere. */
export function layOutMail(parts: MailParts): MailText {
  const subject = oneLine(parts.subject, 150);
  return { subject, html: htmlOf({ ...parts, subject }), text: textOf(parts) };
}

/** What somebody wrote, as it may stand in a subject or sentence: no line ends or invisible characters, and not too long. */
export function oneLine(text: string, most: number): string {
  const plain = text
    .replace(/[\p{Z}\p{Cc}]+/gu, ' ')
    .replace(/\p{C}/gu, '')
    .trim();
  const characters = [...plain];
  return characters.length <= most ? plain : `${characters.slice(0, most - 1).join('')}…`;
}

// Where a reader's program knows colour schemes; elsewhere the light colours stand in the elements themselves.
const dark = new Html(`
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  body, .page { background: #14161a !important; color: #e8eaed !important; }
  .card { background: #1f2329 !important; border-color: #3a4049 !important; }
  .soft { color: #b4bac4 !important; border-color: #3a4049 !important; }
  .button { background: #8ab4f8 !important; color: #10151c !important; }
}`);
const font = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';

function htmlOf(parts: MailParts): string {
  const { language, subject, heading, paragraphs, button, until, footer, optOut } = parts;
  const lines = paragraphs.map((line) => html`<p style="margin:0 0 16px">${line}</p>`);
  const small = footer.map((line) => html`<p style="margin:0 0 8px">${line}</p>`);
  const out =
    optOut === undefined
      ? ''
      : html`<p style="margin:0 0 8px"><a class="soft" href="${optOut.url}" style="color:#4a5260">${optOut.label}</a></p>`;
  const ends =
    until === undefined ? '' : html`<p class="soft" style="margin:0 0 8px;color:#4a5260">${until}</p>`;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
<style>${dark}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f2f4f7;color:#1b1f24;${font};font-size:16px;line-height:1.5">
<div class="page" style="background:#f2f4f7;padding:24px 12px">
<div class="card" style="max-width:520px;margin:0 auto;background:#ffffff;border:1px solid #d9dee5;border-radius:10px;padding:24px 20px;overflow-wrap:anywhere;word-break:break-word">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${heading}</h1>
${lines}
<p style="margin:24px 0"><a class="button" href="${button.url}" style="display:inline-block;background:#0b57d0;color:#ffffff;text-decoration:none;font-weight:600;padding:14px 22px;border-radius:8px">${button.label}</a></p>
${ends}
<div class="soft" style="margin-top:24px;padding-top:16px;border-top:1px solid #d9dee5;color:#4a5260;font-size:14px">
${small}
${out}
</div>
</div>
</div>
</body>
</html>
`.text;
}

function textOf({ heading, paragraphs, button, until, footer, optOut }: MailParts): string {
  const link = `${button.label}:\n${button.url}`;
  const out = optOut === undefined ? [] : [`${optOut.label}:\n${optOut.url}`];
  const ends = until === undefined ? [] : [until];
  const parts = [heading, ...paragraphs, link, ...ends, '--', ...footer, ...out];
  return `${parts.join('\n\n')}\n`;
}
