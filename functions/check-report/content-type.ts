import { fileTypeFromBuffer } from 'file-type';
import { type RefusalCode, refusalOf } from '../../shared/reports/refusals.ts';
import type { Seen } from './look.ts';
import { Refused } from './refused.ts';

type ContentType = { kind: 'zip' | 'text' } | { kind: 'utf-16' } | { kind: 'other'; called: string };

/** By what is in it, never by its name. */
async function contentType({ head, hasNul }: Pick<Seen, 'head' | 'hasNul'>): Promise<ContentType> {
  const start = head.toString('latin1', 0, 4);
  // An empty zip has nothing but its end.
  if (start === 'PK\x05\x06') return { kind: 'zip' };
  const isUtf16 = /^(\xff\xfe|\xfe\xff)/.test(start) || isEverySecondNul(head);
  if (isUtf16) return { kind: 'utf-16' };
  const type = await fileTypeFromBuffer(head);
  if (type?.ext === 'zip') return { kind: 'zip' };
  if (type !== undefined) return { kind: 'other', called: type.ext };
  return hasNul ? { kind: 'other', called: 'binary' } : { kind: 'text' };
}

function isEverySecondNul(head: Buffer): boolean {
  const pairs = Math.min(64, Math.floor(head.length / 2));
  if (pairs < 2) return false;
  const isNul = (parity: number) =>
    Array.from({ length: pairs }, (_, at) => head[2 * at + parity]).every((byte) => byte === 0);
  return isNul(0) !== isNul(1);
}

const endings = { zip: ['zip'], text: ['csv', 'tsv', 'tab', 'txt', 'dat', ''] } as const;

/** What a file is, held against its name. @throws {Refused} where it is nothing to read, or not what its name says */
export async function typeOf(fileName: string, seen: Pick<Seen, 'head' | 'hasNul'>): Promise<'zip' | 'text'> {
  const type = await contentType(seen);
  const refuse = (code: RefusalCode, detail: string) => new Refused(refusalOf(code, detail));
  const ending = endingOf(fileName);
  if (type.kind === 'utf-16') throw refuse('not-utf8', 'UTF-16');
  if (type.kind === 'other') {
    const claimsMore = [...endings.zip, ...endings.text].some((known) => known === ending && known !== '');
    throw refuse(claimsMore ? 'type-mismatch' : 'unknown-kind', `of the type ${type.called}`);
  }
  const fits: readonly string[] = endings[type.kind];
  if (fits.includes(ending)) return type.kind;
  throw refuse('type-mismatch', type.kind === 'zip' ? 'a zip' : 'text');
}

/** Lower-case, without its dot; empty where there is none. */
function endingOf(fileName: string): string {
  const name = baseName(fileName);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

export function baseName(fileName: string): string {
  return fileName.slice(fileName.lastIndexOf('/') + 1);
}
