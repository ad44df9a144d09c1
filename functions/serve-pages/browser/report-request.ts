import { ask, element, onSubmit, say, sentence } from './dom.ts';

export type Asks = { kind: string; formats: string[] };
type Place = { account: string; name?: string; asks: Asks[] };

const placeField = element('ask-account', HTMLSelectElement);
const kindField = element('ask-kind', HTMLSelectElement);
const formatField = element('ask-format', HTMLSelectElement);

/** Offers the reports that the reader may ask for. `watch`: is told the id of each that was asked for. */
export function offerRequests(
  base: string,
  all: readonly Place[],
  watch: (report: string) => Promise<unknown>,
): void {
  const places = all.filter(({ asks }) => asks.length > 0);
  if (places.length === 0) return;
  const asksHere = (): Asks[] => places.find(({ account }) => account === placeField.value)?.asks ?? [];
  const offerFormats = (): void => {
    const formats = asksHere().find(({ kind }) => kind === kindField.value)?.formats ?? [];
    formatField.replaceChildren(...formats.map((format) => new Option(format.toUpperCase(), format)));
  };
  const offerKinds = (): void => {
    kindField.replaceChildren(...asksHere().map(({ kind }) => new Option(sentence(`kind.${kind}`), kind)));
    offerFormats();
  };
  placeField.replaceChildren(...places.map(({ account, name }) => new Option(name ?? account, account)));
  element('ask-account-field', HTMLDivElement).hidden = places.length === 1;
  offerKinds();
  placeField.addEventListener('change', offerKinds);
  kindField.addEventListener('change', offerFormats);
  element('ask', HTMLElement).hidden = false;
  onSubmit(() => request(base, watch), 'ask-form');
}

async function request(base: string, watch: (report: string) => Promise<unknown>): Promise<void> {
  say('done', '');
  const asked = { account: placeField.value, kind: kindField.value, format: formatField.value };
  const answer = await ask('POST', `${base}/reports`, asked);
  if (answer?.status === 202) {
    await watch(String(answer.body.id));
    return say('done', 'askedFor');
  }
  if (answer?.status === 429) return say('problem', 'tooMany');
  say('problem', answer?.status === 403 ? 'noReportRole' : 'fault');
}
