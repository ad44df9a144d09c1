import { expect, test } from 'vitest';
import { saidBy, statusInfoOf } from './status-info.ts';

const minor = (value: string) => ({
  imsx_codeMinorField: [{ imsx_codeMinorFieldName: 'TargetEndSystem', imsx_codeMinorFieldValue: value }],
});

test.each([
  ['as 1.2 has it', { imsx_codeMajor: 'failure', imsx_CodeMinor: minor('unknownobject') }],
  ['in a set', { statusInfoSet: [{ imsx_codeMajor: 'failure', imsx_codeMinor: 'unknownobject' }] }],
  ['in an object', { imsx_statusInfo: { codeMajor: 'failure', codeMinor: minor('unknownobject') } }],
])('an error is understood %s', (_, body) => {
  expect(saidBy(statusInfoOf(JSON.stringify(body)))).toBe('failure, unknownobject');
});

test('codes that the standard does not know are told, and nothing else is', () => {
  const body = {
    imsx_codeMajor: 'gone_fishing',
    imsx_description: 'Ada Lovelace is not yours',
    imsx_codeMinor: 7,
  };
  expect(saidBy(statusInfoOf(JSON.stringify(body)))).toBe('gone_fishing');
  const person = { imsx_codeMajor: 'Ada Lovelace', codeMinor: { codeMinorFieldValue: 'a@b.c' } };
  expect(saidBy(statusInfoOf(JSON.stringify(person)))).toBe('');
});

test.each(['', '<html>', '[', 'null', '"x"', '[[[[[[[[[[{"imsx_codeMajor":"deep"}]]]]]]]]]]'])(
  '%s says nothing',
  (text) => {
    expect(statusInfoOf(text)).toEqual({ codeMinor: [] });
  },
);
