import { type Answer, ask, element, ofNext, onSubmit, say, showsPassword, toldOf } from './dom.ts';

/** The last part of the page's own address, as it stands there. */
const reset = `/v1/password-resets/${location.pathname.split('/').at(-1) ?? ''}`;
const form = element('form', HTMLFormElement);
const password = element('password', HTMLInputElement);
const refusals = element('refusals', HTMLUListElement);

async function main(): Promise<void> {
  const answer = await ask('GET', reset);
  element('waiting', HTMLParagraphElement).hidden = true;
  if (answer === undefined || answer.status >= 500) return say('problem', 'fault');
  if (answer.status !== 200) return ended();
  const { username, district } = answer.body;
  if (typeof username === 'string') {
    // Password managers keep it with the new password.
    element('username', HTMLInputElement).value = username;
    element('username-field', HTMLDivElement).hidden = false;
  }
  if (typeof district === 'string') {
    element('on', HTMLAnchorElement).href = `/sign-in?${new URLSearchParams({ district, ...ofNext() })}`;
  }
  form.hidden = false;
}

onSubmit(async () => {
  refusals.hidden = true;
  password.removeAttribute('aria-invalid');
  const answer = await ask('PUT', reset, { password: password.value });
  if (answer !== undefined && answer.status < 300) {
    form.hidden = true;
    element('on', HTMLAnchorElement).hidden = false;
    return say('done', 'passwordSet');
  }
  if (answer === undefined || answer.status >= 500) return say('problem', 'fault');
  if (answer.status === 429) return say('problem', 'tooMany');
  if (answer.status === 404 || answer.status === 410) return ended();
  refuse(answer);
});
showsPassword();

function refuse({ body }: Answer): void {
  const fields: unknown[] = Array.isArray(body.errors) ? body.errors : [];
  // The schema of problems.
  const said = fields as { detail: string; code?: string }[];
  const reasons: { detail?: unknown; code?: string }[] = said.length > 0 ? said : [body];
  refusals.replaceChildren(
    ...reasons.map(({ code, detail }) => {
      const item = document.createElement('li');
      item.append(toldOf(`password.${code}`, detail));
      return item;
    }),
  );
  refusals.hidden = false;
  password.setAttribute('aria-invalid', 'true');
  say('problem', 'refused');
}

function ended(): void {
  form.hidden = true;
  element('again', HTMLAnchorElement).hidden = false;
  say('problem', 'linkEnded');
}

main().catch(() => say('problem', 'fault'));
