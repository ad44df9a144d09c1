import { html } from '../../shared/accounts/html.ts';
import { Answer, type Handlers } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';

type Mine = Pick<Handlers<'manage-notices'>, 'getUnsubscribePage' | 'unsubscribe'>;

/** It loads nothing, runs nothing and is framed by nobody; its form leads back here. */
const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  // Its address holds a secret.
  'referrer-policy': 'no-referrer',
};

/** No signing in: readers' programs ask for it by themselves (RFC 8058), and the link says whose it is. */
export function makeUnsubscribeHandlers({ settings }: Deps): Mine {
  return {
    async getUnsubscribePage({ params: { token }, now }) {
      if ((await settings.find(token, now)) === undefined) return ended();
      const content = html`<h1 lang="en">Turn off mails of this kind?</h1>
<h1 lang="es">¿No recibir más correos de este tipo?</h1>
<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">
<button><span lang="en">Turn them off</span> · <span lang="es">No recibirlos</span></button></form>`.text;
      return new Answer(page(content), { headers });
    },

    async unsubscribe({ params: { token }, now }) {
      const link = await settings.find(token, now);
      if (link === undefined) return ended();
      await settings.turnOff(link);
      const content = html`<h1 lang="en">These mails are turned off.</h1>
<p lang="en">What keeps your account safe, and what cannot wait, still comes.</p>
<h1 lang="es">Ya no recibirá estos correos.</h1>
<p lang="es">Lo que protege su cuenta y lo que no puede esperar seguirá llegando.</p>`.text;
      return new Answer(page(content), { headers });
    },
  };
}

/** Read by people: their mail program opened it. */
function ended(): Answer<string> {
  const content = html`<h1 lang="en">This link has ended.</h1>
<p lang="en">The newest mail of that kind has one that works.</p>
<h1 lang="es">Este enlace ha caducado.</h1>
<p lang="es">El correo más reciente de ese tipo tiene uno que funciona.</p>`.text;
  return new Answer(page(content), { status: 404, headers });
}

function page(content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Rolebook</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 0 auto; padding: 1.5rem 1rem; }
h1 { font-size: 1.3rem; line-height: 1.3; }
button { font: inherit; font-weight: 600; padding: .8rem 1.3rem; border-radius: .5rem; border: 0; background: #0b57d0; color: #fff; }
</style>
</head>
<body>
${content}
</body>
</html>
`;
}
