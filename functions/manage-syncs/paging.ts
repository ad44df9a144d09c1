import { RequestError } from '../../shared/errors.ts';

/** Reads one stored part; `undefined` holds the place of a line that is not shown. */
export type Part<T> = () => Promise<(T | undefined)[]>;

/** Parts read for one page at most, so that a rare filter answers with a cursor rather than late. */
const maxParts = 20;

/** A page over lines that stand in numbered parts. The cursor says part and line. */
export async function pageOfParts<T>(
  parts: readonly Part<T>[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: T[]; cursor?: string }> {
  let { part, line } = readCursor(cursor);
  const items: T[] = [];
  for (let read = 0; part < parts.length && read < maxParts; read++) {
    const lines = (await parts[part]?.()) ?? [];
    for (; line < lines.length; line++) {
      const item = lines[line];
      if (item === undefined) continue;
      if (items.length === limit) return { items, cursor: writeCursor(part, line) };
      items.push(item);
    }
    part++;
    line = 0;
  }
  return part < parts.length ? { items, cursor: writeCursor(part, line) } : { items };
}

function writeCursor(part: number, line: number): string {
  return Buffer.from(`${part}.${line}`).toString('base64url');
}

function readCursor(cursor: string | undefined): { part: number; line: number } {
  if (cursor === undefined) return { part: 0, line: 0 };
  const match = /^(\d{1,9})\.(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match) throw new RequestError('malformed', 'bad-cursor', 'The cursor is not one of this list.');
  return { part: Number(match[1]), line: Number(match[2]) };
}
