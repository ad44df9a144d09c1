import type { S3Client } from '@aws-sdk/client-s3';
import type { Sync } from '../roster/sync.ts';
import { openStoredFile, type StoredFile } from './stored-file.ts';
import { feedFiles, type Uploads, uploadObjectKey } from './uploads.ts';

type Deps = { uploads: Pick<Uploads, 'find'>; s3: S3Client; bucket: string };

/** The files that a sync read; `gone` where they are kept no longer, `replaced` where others stand in their place. */
export async function openKeptUpload(
  { uploads, s3, bucket }: Deps,
  { district, uploadId, uploadTags }: Pick<Sync, 'district' | 'uploadId' | 'uploadTags'>,
): Promise<StoredFile[] | 'gone' | 'replaced'> {
  const upload = uploadId === undefined ? undefined : await uploads.find(district, uploadId);
  if (upload === undefined || uploadId === undefined) return 'gone';
  try {
    const files = await Promise.all(
      feedFiles(upload).map(({ fileName }) =>
        openStoredFile(s3, { bucket, key: uploadObjectKey(district, uploadId, fileName), name: fileName }),
      ),
    );
    return files.map(({ tag }) => tag).join() === uploadTags?.join() ? files : 'replaced';
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFound') return 'gone';
    throw error;
  }
}
