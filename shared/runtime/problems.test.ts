import { expect, test } from 'vitest';
import { RequestError, StoreUnavailable } from '../errors.ts';
import { StatusInfo } from '../messages/oneroster.ts';
import { refuse } from './problems.ts';

test.each([
  [new RequestError('malformed', 'invalid-filter-field', 'x'), 400, 'invalid_filter_field'],
  [new RequestError('malformed', 'invalid-selection-field', 'x'), 400, 'invalid_selection_field'],
  [new RequestError('malformed', 'parameter-repeated', 'x'), 422, 'invaliddata'],
  [new RequestError('unauthenticated', 'token-expired', 'x'), 401, 'unauthorisedrequest'],
  [new RequestError('forbidden', 'insufficient-scope', 'x'), 403, 'forbidden'],
  [new RequestError('not-found', 'unknown-object', 'x'), 404, 'unknownobject'],
  [new RequestError('unprocessable', 'snapshot-gone', 'x'), 422, 'invaliddata'],
  [new RequestError('rate-limited', 'too-many', 'x'), 429, 'server_busy'],
  [new StoreUnavailable('a table'), 503, 'server_busy'],
  [new Error('a bug with a secret'), 500, 'internal_server_error'],
])('OneRoster is told of %s as %i %s', (error, status, code) => {
  const refusal = refuse(error, 'r', 'imsx');
  expect([refusal.status, refusal.headers['content-type']]).toEqual([status, 'application/json']);
  expect(StatusInfo.parse(JSON.parse(refusal.body))).toMatchObject({
    ...{ imsx_codeMajor: 'failure', imsx_severity: 'error' },
    imsx_CodeMinor: { imsx_codeMinorField: [{ imsx_codeMinorFieldValue: code }] },
  });
  expect(refusal.body).not.toContain('secret');
});
