import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Html, html } from '../../../shared/accounts/html.ts';
import type { LocalMail } from '../engines/ses.ts';
import { splitUrl } from './http-event.ts';

/** Answers what is asked of the mailbox of this machine. @returns whether it was asked */
export type Mailbox = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Every mail that was sent, to be read. It holds links that sign people in, so only pages of this machine get it: a name of
 * somebody else's that was made to lead here is refused.
 */
export function makeMailbox(mails: () => readonly LocalMail[]): Mailbox {
  return (request, response) => {
    const { pathname } = splitUrl(request.url ?? '/');
    if (!/^\/local\/mailbox(\.json)?$/.test(pathname)) return false;
    if (request.method !== 'GET' || !isOfThisMachine(request.headers.host)) {
      response.writeHead(403, { 'content-type': 'text/plain' }).end('The mailbox is read on this machine.\n');
      return true;
    }
    const isPage = !pathname.endsWith('.json');
    response.writeHead(200, {
      'content-type': `${isPage ? 'text/html' : 'application/json'}; charset=utf-8`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      // Mails are shown in frames of this page, which its policy holds for: styles and nothing else.
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    });
    response.end(isPage ? page(mails()) : JSON.stringify(mails()));
    return true;
  };
}

function isOfThisMachine(host = ''): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);
}

function page(mails: readonly LocalMail[]): string {
  const list = mails.length === 0 ? html`<p>No mail has been sent yet.</p>` : mails.map(mailOf);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Mailbox of this machine</title>
<style>
:root { color-scheme: light dark; --line: #8886; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .75rem 0; padding: .6rem .9rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary span { display: block; opacity: .75; font-size: .875rem; }
iframe { width: 100%; height: 34rem; border: 1px solid var(--line); border-radius: .4rem; margin-top: .75rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.5 ui-monospace, monospace; }
h2 { font-size: 1rem; margin: 1rem 0 0; }
</style>
</head>
<body>
<h1>Mailbox of this machine</h1>
<p>Mails that the service has sent, newest first. None has left this machine. <a href="/local/mailbox">Look again</a></p>
${list}
</body>
</html>
`.text;
}

function mailOf({ at, to, subject, text, html: markup, headers }: LocalMail, index: number): Html {
  const shown = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  // Its links open beside it: the pages that they lead to let nobody frame them.
  const framed = markup.replace(/<head>/i, '<head><base target="_blank">');
  const content = html`<summary><strong>${subject}</strong><span>to ${to} · ${at}</span></summary>
<iframe title="${subject}" sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" srcdoc="${framed}"></iframe>
<h2>As text</h2>
<pre>${text}</pre>
<h2>Headers</h2>
<pre>${shown.join('\n')}</pre>`;
  return index === 0 ? html`<details open>${content}</details>` : html`<details>${content}</details>`;
}
