import type { S3Event } from 'aws-lambda';
import { type DueTimes, uploadCame } from '../../shared/roster/due.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { Feeds } from '../../shared/store/feeds.ts';
import { type Uploads, uploadOfObject, wholeUpload } from '../../shared/store/uploads.ts';

export type Deps = {
  uploads: Pick<Uploads, 'arrived'>;
  feeds: Pick<Feeds, 'find'>;
  due: DueTimes;
  events: Pick<Events, 'uploadArrived' | 'flush'>;
  now: () => Date;
};

/** Events come at least once, in any order and perhaps late; noting an arrival again changes nothing. */
export function makeHandler({ uploads, feeds, due, events, now }: Deps) {
  return async (event: S3Event): Promise<void> => {
    for (const { s3 } of event.Records) {
      // S3 writes keys into events as forms write values.
      const at = uploadOfObject(decodeURIComponent(s3.object.key.replaceAll('+', ' ')));
      if (at === undefined) continue;
      const { district, uploadId } = at;
      const upload = await uploads.arrived(at, { size: s3.object.size, etag: s3.object.eTag, at: now() });
      if (upload === undefined) continue;
      events.uploadArrived({ district, uploadId, bytes: s3.object.size });
      const whole = wholeUpload(upload);
      if (whole === undefined || upload.feed === undefined) continue;
      const kept = await feeds.find(district, upload.feed);
      if (kept === undefined) continue;
      await uploadCame(due, { district, now: now().getTime() }, { feed: kept.feed, upload: whole });
    }
    events.flush();
  };
}
