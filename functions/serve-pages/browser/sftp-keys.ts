import { type Answer, ask, codeOf, element, onSubmit, say, sentence, toldOf } from './dom.ts';

type Key = { line: string; fingerprint: string; comment: string };

/** How to come over SFTP and the keys to come by, to whoever has folders there. */
export async function showSftp(): Promise<void> {
  const session = await ask('GET', '/v1/sessions/current');
  if (session?.status !== 200) return;
  const { username, district, account } = session.body;
  const base = `/v1/districts/${encodeURIComponent(String(district))}`;
  const keys = `${base}/accounts/${encodeURIComponent(String(account))}/ssh-keys`;
  const [folders, kept] = await Promise.all([ask('GET', `${base}/report-accounts`), ask('GET', keys)]);
  // The response schema of the route. Whoever may only ask for reports has no folders.
  const items = (folders?.status === 200 ? folders.body.items : []) as { sees: string[] }[];
  const has = items.some(({ sees }) => sees.length > 0);
  if (!has || kept?.status !== 200) return;
  element('sftp-user', HTMLElement).textContent = `${username}@${district}`;
  element('sftp', HTMLElement).hidden = false;
  showKeys(keys, keysIn(kept));

  const field = element('ssh-key', HTMLTextAreaElement);
  onSubmit(async () => {
    const now = await ask('GET', keys);
    if (now?.status !== 200) return say('problem', 'fault');
    const added = await put(keys, [...keysIn(now).map(lineOf), field.value.trim()]);
    if (!added) return;
    field.value = '';
    say('done', 'keyAdded');
  }, 'key-form');
}

function keysIn({ body }: Answer): Key[] {
  const all: Record<string, unknown>[] = Array.isArray(body.keys) ? body.keys : [];
  return all.map(({ line, fingerprint, comment }) => ({
    line: String(line),
    fingerprint: String(fingerprint),
    comment: String(comment),
  }));
}

function lineOf({ line, comment }: Key): string {
  return `${line} ${comment}`;
}

function showKeys(path: string, keys: readonly Key[]): void {
  const list = element('ssh-keys', HTMLUListElement);
  list.replaceChildren(
    ...keys.map((key) => {
      const item = document.createElement('li');
      const name = document.createElement('p');
      name.textContent = key.comment;
      const print = document.createElement('code');
      print.textContent = key.fingerprint;
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'quiet';
      button.textContent = list.dataset.remove ?? '';
      button.setAttribute('aria-label', `${button.textContent} ${key.comment || key.fingerprint}`);
      button.addEventListener('click', async () => {
        const rest = keys.filter(({ fingerprint }) => fingerprint !== key.fingerprint);
        if (await put(path, rest.map(lineOf))) say('done', 'keyRemoved');
      });
      item.append(name, print, button);
      return item;
    }),
  );
}

/** Says what is wrong beside the field: what the service says of a key is about what stands there. */
async function put(path: string, keys: readonly string[]): Promise<boolean> {
  const problem = element('key-problem', HTMLParagraphElement);
  const field = element('ssh-key', HTMLTextAreaElement);
  problem.textContent = '';
  field.removeAttribute('aria-invalid');
  const answer = await ask('PUT', path, { keys });
  if (answer?.status === 200) {
    showKeys(path, keysIn(answer));
    return true;
  }
  if (answer !== undefined && codeOf(answer) === 'ssh-key-unfit') {
    field.setAttribute('aria-invalid', 'true');
    // The schema of problems.
    const [first] = (answer.body.errors ?? []) as { code?: string }[];
    problem.replaceChildren(`${sentence('keyRefused')} `, toldOf(`key.${first?.code}`, answer.body.detail));
    field.focus();
  } else {
    say('problem', answer !== undefined && codeOf(answer) === 'sign-in-again' ? 'signInAgain' : 'fault');
  }
  return false;
}
