import * as z from 'zod';
import { PullRejected, type VendorAnswer, VendorUnavailable } from '../pulling.ts';

/** Source: v3.1.yml and v3.1-events.yml of Clever/swagger-api, `UsersResponse` and its like, `Link`, `Event`. */
const Link = z.object({ rel: z.string(), uri: z.string() });
export const Page = z.object({ data: z.array(z.object({ data: z.unknown() })), links: z.array(Link) });
export type Page = z.output<typeof Page>;

const One = z.object({ data: z.looseObject({ id: z.string() }) });

/** The body of an answer with status 200. A body that is cut off, or not Clever's, is no roster, least of all an empty one. */
export function readAnswer<T extends z.ZodType>(schema: T, answer: VendorAnswer, what: string): z.output<T> {
  const { status, text } = answer;
  if (status === 401 || status === 403) throw refused(status);
  if (status === 429 || status >= 500) throw new VendorUnavailable(`Clever answered ${status} for ${what}.`);
  if (status !== 200) throw unexpected(what, `with status ${status}`);
  const parsed = schema.safeParse(jsonOf(text, what));
  if (!parsed.success) throw unexpected(what, 'without its usual envelope');
  return parsed.data;
}

/** An object by its id; `undefined` where Clever has none: it is gone, or not shared any more. */
export function readOne(answer: VendorAnswer, what: string): unknown {
  return answer.status === 404 ? undefined : readAnswer(One, answer, what).data;
}

function jsonOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (/^\s*</.test(text)) throw unexpected(what, 'with a web page');
    throw new VendorUnavailable(`Clever's answer for ${what} is cut off.`, { cause });
  }
}

export function unexpected(what: string, how: string): PullRejected {
  return new PullRejected(
    'vendor-answer',
    `Clever answered ${how} for ${what}.`,
    'Nothing was changed. Check that the address is that of the Clever API, such as https://api.clever.com/v3.0.',
  );
}

export function refused(status: number): PullRejected {
  return new PullRejected(
    'vendor-refused',
    `Clever refused the credentials (status ${status}).`,
    'Check in Clever that the district still shares its data with the application, and enter the credentials again.',
  );
}
