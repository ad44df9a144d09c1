import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { FeedRejected } from '../../shared/errors.ts';
import { openFeed } from '../../shared/feeds/open-feed.ts';
import type { OpenUpload } from '../../shared/roster/read-upload.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import { openStoredFile, type StoredFile } from '../../shared/store/stored-file.ts';
import { feedFiles, isComplete, type Uploads, uploadObjectKey } from '../../shared/store/uploads.ts';

type Deps = { uploads: Pick<Uploads, 'find'>; s3: S3Client; bucket: string };

/** Opens the files of a sync's upload as a feed. @throws {FeedRejected} where they are not what was announced. */
export async function openUpload({ uploads, s3, bucket }: Deps, sync: Sync): Promise<OpenUpload> {
  const { district, uploadId = '' } = sync;
  const upload = await uploads.find(district, uploadId);
  if (!upload || !isComplete(upload)) {
    throw incomplete('The upload is not complete: not every announced file has arrived.');
  }
  const files = await Promise.all(
    feedFiles(upload).map(async ({ fileName, size, sha256 }) => {
      const key = uploadObjectKey(district, uploadId, fileName);
      const file = await openStoredFile(s3, { bucket, key, name: fileName });
      if (file.size !== size) {
        throw incomplete(`${fileName} has ${file.size} bytes; ${size} were announced.`, fileName);
      }
      if (sha256 !== undefined && (await digest(file)) !== sha256.toLowerCase()) {
        throw incomplete(`${fileName} is not what its announced SHA-256 says.`, fileName);
      }
      return file;
    }),
  );
  const format = sync.feedFormat === undefined ? {} : { format: sync.feedFormat };
  const snapshot = sync.snapshot ?? false;
  const feed = await openFeed(files, { ...format, include: sync.include, snapshot });
  return { feed, tags: files.map(({ tag }) => tag) };
}

async function digest(file: StoredFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of file.stream()) hash.update(part);
  return hash.digest('hex');
}

function incomplete(message: string, file?: string): FeedRejected {
  return new FeedRejected('upload-incomplete', message, {
    hint: 'Upload the files again, all of them, and start a new sync.',
    ...(file === undefined ? {} : { where: { file } }),
  });
}
