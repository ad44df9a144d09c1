import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';

/**
 * A trace segment for each invocation, without what it answers. Does nothing outside Lambda. Loading it hooks every promise of the
 * process, which made a check half as slow again; `evaluate-access` goes without and has Lambda's own segment.
 */
export function traced() {
  return captureLambdaHandler(new Tracer(), { captureResponse: false });
}
