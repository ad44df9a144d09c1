import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { RequestError } from '../../shared/errors.ts';
import type { ProblemView } from '../../shared/messages/syncs.ts';
import type { Problem } from '../../shared/roster/feed-reading.ts';
import {
  type ProblemGroups,
  problemGroup,
  problemGroupsKey,
  problemsKey,
} from '../../shared/roster/problem-writer.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import type { Objects } from '../../shared/roster/sync-stores.ts';
import { pageOfParts } from './paging.ts';

type Deps = { objects: Pick<Objects, 'get'>; s3: S3Client; bucket: string };

const urlSeconds = 3600;

export async function problemPage(
  { objects }: Pick<Deps, 'objects'>,
  sync: Sync,
  paging: { limit: number; cursor?: string | undefined },
): Promise<{ items: ProblemView[]; cursor?: string }> {
  const count = sync.problems?.parts ?? 0;
  if (count === 0) return { items: [] };
  const groups = await readGroups(objects, sync);
  const parts = Array.from({ length: count }, (_, part) => async () => readPart(objects, sync, part, groups));
  return pageOfParts(parts, paging);
}

/** A presigned CSV of all problems, made on the first request and streamed, however many there are. */
export async function problemsCsvUrl({ objects, s3, bucket }: Deps, sync: Sync): Promise<string> {
  if (sync.problems === undefined) {
    throw new RequestError(
      'conflict',
      'not-read-yet',
      'The feed is still being read. Ask again in a moment.',
    );
  }
  const where = { Bucket: bucket, Key: `problems/${sync.district}/${sync.syncId}/problems.csv` };
  const there = await s3.send(new HeadObjectCommand(where)).then(
    () => true,
    () => false,
  );
  if (!there) {
    const Body = Readable.from(csvOf(objects, sync), { objectMode: false });
    await new Upload({
      client: s3,
      params: { ...where, Body, ContentType: 'text/csv; charset=utf-8' },
    }).done();
  }
  return getSignedUrl(
    s3,
    new GetObjectCommand({ ...where, ResponseContentDisposition: 'attachment; filename="problems.csv"' }),
    { expiresIn: urlSeconds },
  );
}

async function readGroups(objects: Pick<Objects, 'get'>, sync: Sync): Promise<ProblemGroups> {
  // Written by ProblemWriter only.
  return JSON.parse(await objects.get(problemGroupsKey(sync.district, sync.syncId))) as ProblemGroups;
}

async function readPart(
  objects: Pick<Objects, 'get'>,
  sync: Sync,
  part: number,
  groups: ProblemGroups,
): Promise<ProblemView[]> {
  const text = await objects.get(problemsKey(sync.district, sync.syncId, part));
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    // As above.
    const problem = JSON.parse(line) as Problem;
    return [{ ...problem, alike: groups[problemGroup(problem)] ?? 1 }];
  });
}

const columns = ['file', 'row', 'column', 'code', 'severity', 'value', 'message', 'hint', 'alike'] as const;

async function* csvOf(objects: Pick<Objects, 'get'>, sync: Sync): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`;
  const count = sync.problems?.parts ?? 0;
  const groups = count > 0 ? await readGroups(objects, sync) : {};
  for (let part = 0; part < count; part++) {
    const rows = await readPart(objects, sync, part, groups);
    yield rows.map((row) => `${columns.map((column) => cell(row[column])).join(',')}\r\n`).join('');
  }
}

/** Quoted, and never the start of a formula in a spreadsheet. */
function cell(value: string | number | undefined): string {
  const text = String(value ?? '');
  const safe = /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
