/** What scripts of pages share. */

/** @throws where the page is not the one that the script is of */
export function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${id}`);
  return found;
}

/** A sentence of the page, in the reader's language. */
export function sentence(key: string): string {
  return document.querySelector(`[data-says="${key}"]`)?.textContent ?? '';
}

/** In the reader's language where the page has words for it; else what the service says, which is English. */
export function toldOf(key: string, english: unknown): HTMLSpanElement {
  const told = document.createElement('span');
  told.textContent = sentence(key) || String(english ?? '');
  if (sentence(key) === '') told.lang = 'en';
  return told;
}

/** Says it where screen readers hear it, and goes there. `key`: empty to say no more. */
export function say(where: 'problem' | 'done', key: string): void {
  const place = element(where, HTMLParagraphElement);
  place.textContent = key === '' ? '' : sentence(key);
  if (key !== '') place.focus();
}

export type Answer = { status: number; body: Record<string, unknown> };

/** `undefined` where nobody answered. */
export async function ask(method: string, path: string, body?: object): Promise<Answer | undefined> {
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Of a problem. */
export function codeOf({ body }: Answer): string {
  return String(body.code ?? '');
}

/** Sends a form by script; its button waits meanwhile. */
export function onSubmit(submit: () => Promise<void>, id = 'form'): void {
  const form = element(id, HTMLFormElement);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    if (button === null || button.disabled) return;
    button.disabled = true;
    say('problem', '');
    submit()
      .catch(() => say('problem', 'fault'))
      .finally(() => {
        button.disabled = false;
      });
  });
}

export function showsPassword(): void {
  const box = element('show-password', HTMLInputElement);
  box.addEventListener('change', () => {
    element('password', HTMLInputElement).type = box.checked ? 'text' : 'password';
  });
}

/** Where the reader was on their way to; the page has made sure that it is a place of ours. */
export function ofNext(): { next?: string } {
  const { next } = element('form', HTMLFormElement).dataset;
  return next === undefined || next === '' ? {} : { next };
}

/** The district of the page's address, for a request. */
export function ofDistrict(): { district?: string } {
  const { district } = element('form', HTMLFormElement).dataset;
  return district === undefined || district === '' ? {} : { district };
}
