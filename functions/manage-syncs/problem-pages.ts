import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { RequestError } from '../../shared/errors.ts';
import type { ProblemView } from '../../shared/messages/syncs.ts';
import { problemParts, problemsCsv } from '../../shared/roster/problems-kept.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import type { Objects } from '../../shared/roster/sync-stores.ts';
import { pageOfParts } from './paging.ts';

type Deps = { objects: Pick<Objects, 'get'>; s3: S3Client; bucket: string };

const urlSeconds = 3600;

export async function problemPage(
  { objects }: Pick<Deps, 'objects'>,
  { problems }: Sync,
  paging: { limit: number; cursor?: string | undefined },
): Promise<{ items: ProblemView[]; cursor?: string }> {
  return problems === undefined ? { items: [] } : pageOfParts(await problemParts(objects, problems), paging);
}

/** A presigned CSV of all problems, made on the first request and streamed, however many there are. */
export async function problemsCsvUrl(
  { objects, s3, bucket }: Deps,
  { problems }: Pick<Sync, 'problems'>,
): Promise<string> {
  if (problems === undefined) {
    throw new RequestError(
      'conflict',
      'not-read-yet',
      'The feed is still being read. Ask again in a moment.',
    );
  }
  const where = { Bucket: bucket, Key: `${problems.prefix}/problems.csv` };
  const there = await s3.send(new HeadObjectCommand(where)).then(
    () => true,
    () => false,
  );
  if (!there) {
    const Body = Readable.from(problemsCsv(objects, problems), { objectMode: false });
    await new Upload({
      client: s3,
      params: { ...where, Body, ContentType: 'text/csv; charset=utf-8' },
    }).done();
  }
  const get = new GetObjectCommand({
    ...where,
    ResponseContentDisposition: 'attachment; filename="problems.csv"',
    ResponseCacheControl: 'no-store',
  });
  return getSignedUrl(s3, get, { expiresIn: urlSeconds });
}
