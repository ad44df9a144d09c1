import { ask, element, say } from './dom.ts';

async function main(): Promise<void> {
  const answer = await ask('GET', '/v1/sessions/current');
  element('waiting', HTMLParagraphElement).hidden = true;
  if (answer?.status === 401) {
    element('signed-out', HTMLDivElement).hidden = false;
    return;
  }
  if (answer?.status !== 200) return say('problem', 'fault');
  const { username, district, signedInAt, expiresAt } = answer.body;
  element('username', HTMLElement).textContent = String(username);
  element('district', HTMLElement).textContent = String(district);
  showTime('signed-in-at', String(signedInAt));
  showTime('expires-at', String(expiresAt));
  element('signed-in', HTMLDivElement).hidden = false;
  const reports = await ask('GET', `/v1/districts/${encodeURIComponent(String(district))}/reports?limit=1`);
  element('reports', HTMLAnchorElement).hidden = reports?.status !== 200;
}

function showTime(id: string, instant: string): void {
  const time = element(id, HTMLTimeElement);
  time.dateTime = instant;
  time.textContent = new Date(instant).toLocaleString(document.documentElement.lang);
}

element('sign-out', HTMLButtonElement).addEventListener('click', async () => {
  const answer = await ask('DELETE', '/v1/sessions/current');
  if (answer?.status === 204 || answer?.status === 401) location.assign('/sign-in');
  else say('problem', 'fault');
});

main().catch(() => say('problem', 'fault'));
