import { type Answer, ask, codeOf, element, ofDistrict, onSubmit, say, showsPassword } from './dom.ts';

const code = element('code', HTMLInputElement);
const codeField = element('code-field', HTMLDivElement);

onSubmit(async () => {
  const answer = await ask('POST', '/v1/sessions', {
    username: element('username', HTMLInputElement).value,
    password: element('password', HTMLInputElement).value,
    ...ofDistrict(),
    ...(codeField.hidden ? {} : { code: code.value.replaceAll(' ', '') }),
  });
  if (answer?.status === 201) return location.assign('/');
  if (answer !== undefined && codeOf(answer) === 'second-factor-required') return askForCode();
  say('problem', problemOf(answer));
});
showsPassword();

/** Said the first time only that it is needed; after that, that it was wrong. */
function askForCode(): void {
  const wasAsked = !codeField.hidden;
  codeField.hidden = false;
  code.required = true;
  say('problem', wasAsked ? 'codeWrong' : 'codeNeeded');
  code.focus();
}

function problemOf(answer: Answer | undefined): string {
  if (answer === undefined) return 'fault';
  if (codeOf(answer) === 'not-approved') return 'notApproved';
  if (answer.status === 429) return 'tooMany';
  return answer.status < 500 ? 'wrong' : 'fault';
}
