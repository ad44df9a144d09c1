import { ask, element, ofDistrict, ofNext, onSubmit, say } from './dom.ts';

onSubmit(async () => {
  const usernameOrEmail = element('name', HTMLInputElement).value;
  const answer = await ask('POST', '/v1/password-resets', { usernameOrEmail, ...ofDistrict(), ...ofNext() });
  if (answer?.status === 202) {
    element('form', HTMLFormElement).hidden = true;
    return say('done', 'asked');
  }
  say('problem', answer?.status === 429 ? 'tooMany' : 'fault');
});
