import { readSource, type SourceRow } from '../as-oneroster/source.ts';
import type { Limits } from '../byte-source.ts';
import { refusal } from '../problem-texts.ts';
import type { CanvasFiles, KindName } from './kinds.ts';

/** Where classes and people are follows from their rows. Without one of them others would move, or lose their roles. */
const places: readonly KindName[] = ['accounts', 'terms', 'courses', 'sections', 'xlists'];

/** @throws {FeedRejected} place-unclear, where a row of a place cannot be read; and as any CSV file may be refused */
export async function eachRow(
  files: CanvasFiles,
  { kind, limits }: { kind: KindName; limits: Limits },
  take: (cells: SourceRow['cells']) => void,
): Promise<void> {
  for (const { kind: has, source, file } of files.entries) {
    if (has !== kind) continue;
    for await (const rows of readSource(source, file, { limits })) {
      for (const row of rows) {
        if (!('problem' in row)) take(row.cells);
        else if (places.includes(kind)) throw refusal('place-unclear', { file: file.name, row: row.line });
      }
    }
  }
}
