import { type FieldProblem, RequestError } from '../../shared/errors.ts';

/** A body that its schema lets pass and the district does not. */
export function unfit(fields: FieldProblem[]): RequestError {
  const message = 'The body of the request does not fit its schema.';
  return new RequestError('malformed', 'invalid-request', message, { fields });
}
