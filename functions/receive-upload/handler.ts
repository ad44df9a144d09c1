import type { S3Event } from 'aws-lambda';
import { type DueTimes, uploadCame } from '../../shared/roster/due.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { confinedTo } from '../../shared/runtime/tenancy.ts';
import type { Feeds } from '../../shared/store/feeds.ts';
import { type Uploads, uploadOfObject, wholeUpload } from '../../shared/store/uploads.ts';

type UploadPlace = NonNullable<ReturnType<typeof uploadOfObject>>;

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
      await confinedTo(at.district, () => arrived(at, { size: s3.object.size, etag: s3.object.eTag }));
    }
    events.flush();
  };

  async function arrived(at: UploadPlace, object: { size: number; etag: string }): Promise<void> {
    const { district, uploadId } = at;
    const upload = await uploads.arrived(at, { ...object, at: now() });
    if (upload === undefined) return;
    events.uploadArrived({ district, uploadId, bytes: object.size });
    const whole = wholeUpload(upload);
    if (whole === undefined || upload.feed === undefined) return;
    const kept = await feeds.find(district, upload.feed);
    if (kept === undefined) return;
    await uploadCame(due, { district, now: now().getTime() }, { feed: kept.feed, upload: whole });
  }
}
