import type { ByteSource } from '../../shared/feeds/byte-source.ts';
import {
  type Puller,
  type PullOptions,
  type VendorHttp,
  VendorUnavailable,
} from '../../shared/feeds/pulling.ts';
import { memorySource } from './feed-files.ts';

/** As it comes: no retries, no redirects. What a client would try again is not worth reading, as its contract says. */
export const plainHttp: VendorHttp = async (url, request = {}) => {
  const answer = await fetch(url, { redirect: 'manual', ...request });
  if (answer.status === 429 || answer.status >= 500) throw new VendorUnavailable(`${answer.status}`);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

export type PullMade = {
  mode: 'full' | 'delta';
  /** JSON lines by collection. */
  lines: Record<string, string[]>;
  cursor: Readonly<Record<string, string>> | undefined;
  /** As they would lie in the bucket. */
  files: ByteSource[];
};

export async function pullOf(
  format: string,
  puller: Puller,
  options: Omit<PullOptions, 'http' | 'now'> & Partial<PullOptions>,
): Promise<PullMade> {
  const now = () => new Date('2026-09-01T06:00:00Z');
  const pull = await puller({ http: plainHttp, now, ...options });
  const lines: Record<string, string[]> = {};
  for await (const { collection, item } of pull.items) {
    lines[collection] ??= [];
    lines[collection].push(JSON.stringify(item));
  }
  return { mode: pull.mode, lines, cursor: pull.end().cursor, files: pulledFiles(format, lines, pull.mode) };
}

const always = ['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments'];

export function pulledFiles(
  format: string,
  lines: Readonly<Record<string, readonly string[]>>,
  mode: 'full' | 'delta' = 'full',
): ByteSource[] {
  const all = { ...Object.fromEntries(always.map((name) => [name, []])), ...lines };
  const counts = Object.fromEntries(Object.entries(all).map(([name, some]) => [name, some.length]));
  const head = { format, mode, pulledAt: '2026-09-01T06:00:00.000Z', counts };
  return [
    memorySource('pull.jsonl', `${JSON.stringify(head)}\n`),
    ...Object.entries(all).map(([name, some]) =>
      memorySource(`${name}.jsonl`, some.map((line) => `${line}\n`).join('')),
    ),
  ];
}
