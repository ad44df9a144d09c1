import { ask, codeOf, element, onSubmit, say } from './dom.ts';
import { showSftp } from './sftp-keys.ts';

const current = '/v1/sessions/current';
const list = element('sessions', HTMLUListElement);
const form = element('form', HTMLFormElement);

async function main(): Promise<void> {
  const [sessions, factors] = await Promise.all([
    ask('GET', '/v1/sessions'),
    ask('GET', `${current}/second-factors`),
  ]);
  element('waiting', HTMLParagraphElement).hidden = true;
  if (sessions?.status === 401) return location.assign('/sign-in');
  if (factors?.status !== 200) return say('problem', 'fault');
  // Who has yet to add a second factor may do no more than that.
  if (sessions?.status === 200) showSessions(sessions.body.items);
  const has = factors.body.totp === true;
  element(has ? 'has-app' : 'add-app', HTMLElement).hidden = false;
  element('account', HTMLDivElement).hidden = false;
  if (document.getElementById('sftp') !== null) await showSftp();
}

function showSessions(items: unknown): void {
  const all: Record<string, unknown>[] = Array.isArray(items) ? items : [];
  list.replaceChildren(...all.map(rowOf));
  element('where', HTMLElement).hidden = false;
}

function rowOf(session: Record<string, unknown>): HTMLLIElement {
  const item = document.createElement('li');
  const since = new Date(String(session.signedInAt)).toLocaleString(document.documentElement.lang);
  const text = document.createElement('p');
  text.textContent = [session.device, session.how, since].filter((part) => part !== undefined).join(' · ');
  item.append(text);
  if (session.isCurrent === true) {
    text.append(` (${list.dataset.here ?? ''})`);
    return item;
  }
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = list.dataset.end ?? '';
  button.addEventListener('click', () => end(String(session.id), item));
  item.append(button);
  return item;
}

async function end(session: string, item: HTMLLIElement): Promise<void> {
  const answer = await ask('DELETE', `/v1/sessions/${encodeURIComponent(session)}`);
  if (answer?.status === 204 || answer?.status === 404) item.remove();
  else say('problem', 'fault');
}

element('begin', HTMLButtonElement).addEventListener('click', async () => {
  const answer = await ask('POST', `${current}/totp`);
  if (answer?.status !== 201) {
    return say(
      'problem',
      answer !== undefined && codeOf(answer) === 'sign-in-again' ? 'signInAgain' : 'fault',
    );
  }
  element('app-key', HTMLElement).textContent = String(answer.body.secret);
  element('open-app', HTMLAnchorElement).href = String(answer.body.uri);
  element('begin', HTMLButtonElement).hidden = true;
  form.hidden = false;
  element('code', HTMLInputElement).focus();
});

onSubmit(async () => {
  const answer = await ask('PUT', `${current}/totp`, { code: element('code', HTMLInputElement).value });
  if (answer?.status !== 200) {
    const isWrong = answer !== undefined && answer.status < 500 && answer.status !== 429;
    return say('problem', isWrong ? 'appCodeWrong' : 'fault');
  }
  const codes = Array.isArray(answer.body.recoveryCodes) ? answer.body.recoveryCodes : [];
  element('codes', HTMLUListElement).replaceChildren(
    ...codes.map((code) => {
      const item = document.createElement('li');
      item.textContent = String(code);
      return item;
    }),
  );
  element('add-app', HTMLElement).hidden = true;
  element('has-codes', HTMLElement).hidden = false;
  say('done', 'appAdded');
});

main().catch(() => say('problem', 'fault'));
