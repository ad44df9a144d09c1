import type { S3Event } from 'aws-lambda';
import type { Events } from '../../shared/runtime/events.ts';
import { type Uploads, uploadOfObject } from '../../shared/store/uploads.ts';

export type Deps = {
  uploads: Pick<Uploads, 'arrived'>;
  events: Pick<Events, 'uploadArrived' | 'flush'>;
  now: () => Date;
};

/** Events come at least once, in any order and perhaps late; noting an arrival again changes nothing. */
export function makeHandler({ uploads, events, now }: Deps) {
  return async (event: S3Event): Promise<void> => {
    for (const { s3 } of event.Records) {
      // S3 writes keys into events as forms write values.
      const at = uploadOfObject(decodeURIComponent(s3.object.key.replaceAll('+', ' ')));
      if (at === undefined) continue;
      const noted = await uploads.arrived(at, { size: s3.object.size, etag: s3.object.eTag, at: now() });
      if (noted === undefined) continue;
      events.uploadArrived({ district: at.district, uploadId: at.uploadId, bytes: s3.object.size });
    }
    events.flush();
  };
}
