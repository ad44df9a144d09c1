import { RequestError } from '../errors.ts';
import { NextPlace } from '../messages/next-place.ts';
import { reportPageProblems } from '../messages/page-routes.ts';
import type { Route } from '../messages/route.ts';
import type { KeptAnswer } from './idempotency.ts';

type Asked = {
  headers: Readonly<Record<string, string | undefined>>;
  rawPath: string;
  pathParameters?: Readonly<Record<string, string | undefined>> | undefined;
};

/**
 * A link that opened nothing leads a browser to sign in and then back, or to the page of reports, which says why by a code of ours. Other
 * callers, and other failures, get nothing here.
 */
export function leadOn(
  error: unknown,
  { headers, rawPath, pathParameters }: Asked,
  route: Route | undefined,
): KeptAnswer | undefined {
  if (route?.refusals !== 'page' || !/\btext\/html\b/i.test(headers.accept ?? '')) return undefined;
  if (!(error instanceof RequestError)) return undefined;
  if (error.kind !== 'unauthenticated') {
    const problem = reportPageProblems.find((code) => code === error.code) ?? 'unknown-report';
    return seen(`/reports?problem=${problem}`);
  }
  const next = NextPlace.safeParse(rawPath);
  if (!next.success) return undefined;
  const { district = '' } = pathParameters ?? {};
  return seen(`/sign-in?${new URLSearchParams({ district, next: next.data })}`);
}

function seen(location: string): KeptAnswer {
  return { status: 303, headers: { location }, body: '' };
}
