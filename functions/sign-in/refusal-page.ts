import { RequestError, StoreUnavailable } from '../../shared/errors.ts';
import { type PageProblem, pageProblems } from '../../shared/messages/page-routes.ts';
import { type Answer, seeOther } from '../../shared/runtime/routing.ts';

type Asking = { headers: Readonly<Record<string, string | undefined>>; district: string | undefined };

/**
 * A refusal of single sign-on leads a browser to the page to sign in, which says it in the reader's words: by a code of ours, and nothing
 * that anybody sent. Other callers get the problem document.
 */
export async function orSignInPage(
  { headers, district }: Asking,
  work: () => Promise<Answer<never>>,
): Promise<Answer<never>> {
  try {
    return await work();
  } catch (error) {
    const isRefusal = error instanceof RequestError || error instanceof StoreUnavailable;
    if (!isRefusal || !/\btext\/html\b/i.test(headers.accept ?? '')) throw error;
    const asked = new URLSearchParams({ problem: problemOf(error.code) });
    if (district !== undefined) asked.set('district', district);
    return seeOther(`/sign-in?${asked}`);
  }
}

function problemOf(code: string): PageProblem {
  return pageProblems.find((one) => one === code) ?? 'sign-in-failed';
}
