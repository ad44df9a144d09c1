import {
  type Answer,
  ask,
  codeOf,
  element,
  ofDistrict,
  ofNext,
  onSubmit,
  say,
  showsPassword,
} from './dom.ts';

const code = element('code', HTMLInputElement);
const codeField = element('code-field', HTMLDivElement);

const { next } = ofNext();

/** Whoever comes here by a link of a mail and is signed in already goes on. */
async function goOn(place: string): Promise<void> {
  const answer = await ask('GET', '/v1/sessions/current');
  if (answer?.status === 200) leadOn(place);
}
if (next !== undefined) void goOn(next);

onSubmit(async () => {
  const answer = await ask('POST', '/v1/sessions', {
    username: element('username', HTMLInputElement).value,
    password: element('password', HTMLInputElement).value,
    ...ofDistrict(),
    ...(codeField.hidden ? {} : { otp: code.value }),
  });
  if (answer?.status === 201) return leadOn(next ?? '/');
  if (answer !== undefined && codeOf(answer) === 'second-factor-required') return askForCode();
  say('problem', problemOf(answer));
});
showsPassword();

/** A file that is downloaded leaves the page where it is. */
function leadOn(place: string): void {
  if (place.endsWith('/download')) {
    element('entry', HTMLDivElement).hidden = true;
    element('fetching', HTMLDivElement).hidden = false;
    say('done', 'fetching');
  }
  location.replace(place);
}

function askForCode(): void {
  codeField.hidden = false;
  code.required = true;
  say('problem', 'codeNeeded');
  code.focus();
}

function problemOf(answer: Answer | undefined): string {
  if (answer === undefined) return 'fault';
  if (codeOf(answer) === 'not-approved') return 'notApproved';
  if (codeOf(answer) === 'password-lapsed') return 'passwordLapsed';
  if (answer.status === 429) return 'tooMany';
  if (answer.status >= 500) return 'fault';
  return codeField.hidden ? 'wrong' : 'codeWrong';
}
