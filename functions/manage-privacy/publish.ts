import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { ObjectWriter } from '../../shared/store/object-writer.ts';
import type { Deps } from './handler.ts';

const seconds = 900;

/** Under a key that names nobody. Like all pages it is kept for three days, and goes with an erasure. */
export function makePublish(s3: S3Client, bucket: string): Deps['publish'] {
  return async ({ district, id }, pieces) => {
    const key = `exports/${district}/${id}.json`;
    const writer = new ObjectWriter(s3, { bucket, key });
    try {
      for await (const piece of pieces) await writer.append(piece);
      await writer.close();
    } catch (error) {
      await writer.abort();
      throw error;
    }
    const get = new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      ResponseContentType: 'application/json',
      ResponseContentDisposition: 'attachment; filename="person.json"',
      ResponseCacheControl: 'no-store',
    });
    return { url: await getSignedUrl(s3, get, { expiresIn: seconds }), bytes: writer.size, seconds };
  };
}
