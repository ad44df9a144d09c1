import { createHash } from 'node:crypto';
import * as z from 'zod';
import { escapeHtml } from '../../shared/accounts/html.ts';

const Operation = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
});
const Document = z.object({
  info: z.object({ title: z.string(), description: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
});
type Operation = z.infer<typeof Operation>;

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; border-radius: .4rem; }
details { border-bottom: 1px solid var(--line); padding: .45rem 0; }
summary { cursor: pointer; }
summary code { font-size: 14px; }
.method { display: inline-block; width: 5.2rem; font-weight: 600; }
.about { opacity: .75; }
nav a { margin-right: 1rem; }
`;

/** The API to read, in one page that needs nothing else: no script, no outside asset. */
export function docsPage(openapi: unknown): { html: string; policy: string } {
  const { info, paths } = Document.parse(openapi);
  const groups = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const group = operation.tags[0] ?? 'other';
      groups.set(group, [...(groups.get(group) ?? []), operationHtml(method, path, operation)]);
    }
  }
  const sections = [...groups].map(
    ([group, operations]) =>
      `<h2 id="${escapeHtml(group)}">${escapeHtml(group)}</h2>\n${operations.join('\n')}`,
  );
  const links = [...groups.keys()].map((group) => `<a href="#${escapeHtml(group)}">${escapeHtml(group)}</a>`);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)} API</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(info.title)} API</h1>
${info.description
  .split('\n\n')
  .map((paragraph) => `<p>${codeSpans(paragraph)}</p>`)
  .join('\n')}
<nav aria-label="Groups">${links.join('')}<a href="/openapi.json">openapi.json</a></nav>
${sections.join('\n')}
</body>
</html>
`;
  const hash = createHash('sha256').update(style).digest('base64');
  return {
    html,
    policy: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
  };
}

function operationHtml(method: string, path: string, operation: Operation): string {
  const { summary, description, parameters, requestBody, responses } = operation;
  const parts = Object.entries({ parameters, requestBody, responses }).filter(
    ([, part]) => part !== undefined,
  );
  const details = parts.map(
    ([name, part]) => `<h4>${name}</h4>\n<pre>${escapeHtml(JSON.stringify(part, null, 2))}</pre>`,
  );
  return `<details id="${escapeHtml(operation.operationId)}">
<summary><span class="method">${escapeHtml(method.toUpperCase())}</span><code>${escapeHtml(path)}</code>
<span class="about">${escapeHtml(summary)}</span></summary>
<p>${codeSpans(description)}</p>
${details.join('\n')}
</details>`;
}

function codeSpans(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}
