import { RequestError } from '../../shared/errors.ts';
import type {
  FileTarget,
  NewUpload,
  NewUploadFile,
  StartedUpload,
  UploadView,
} from '../../shared/messages/districts.ts';
import type { Feeds } from '../../shared/store/feeds.ts';
import { singlePutBytes, type UploadFiles, urlSeconds } from '../../shared/store/upload-files.ts';
import {
  isComplete,
  type StoredUpload,
  type UploadFile,
  type Uploads,
  uploadObjectKey,
} from '../../shared/store/uploads.ts';

export type UploadDeps = {
  feeds: Pick<Feeds, 'find'>;
  uploads: Pick<Uploads, 'create' | 'look'>;
  files: Pick<UploadFiles, 'putUrl' | 'begin' | 'partUrls' | 'join' | 'head'>;
};

type UploadRequest = { params: { district: string; upload: string }; now: Date };

export function makeUploadHandlers({ feeds, uploads, files }: UploadDeps) {
  return {
    async startUpload(request: {
      params: { district: string };
      body: NewUpload;
      by: string;
      now: Date;
      newId: string;
    }): Promise<StartedUpload> {
      const { params, body, by, now, newId: uploadId } = request;
      const wanted = 'files' in body ? body.files : [body];
      const ofFeed = body.feed === undefined ? {} : await feedOf(params.district, body.feed, wanted);
      const begun = await Promise.all(
        wanted.map((file) => begin(files, uploadObjectKey(params.district, uploadId, file.fileName), file)),
      );
      await uploads.create(params.district, {
        uploadId,
        createdAt: now.toISOString(),
        by,
        ...ofFeed,
        files: begun.map(({ file }) => file),
      });
      const started = {
        uploadId,
        expiresAt: new Date(now.getTime() + urlSeconds * 1000).toISOString(),
      };
      const [first] = begun;
      if ('files' in body || first === undefined) {
        return { ...started, files: begun.map(({ target }) => target) };
      }
      const { fileName: _, ...target } = first.target;
      return { ...started, ...target };
    },

    async getUpload({ params, now }: UploadRequest): Promise<UploadView> {
      return viewOf(await look(params, now));
    },

    async completeUpload({ params, now }: UploadRequest): Promise<UploadView> {
      const upload = await look(params, now);
      const waiting = upload.files.filter((file) => file.arrivedAt === undefined);
      for (const { multipartId, fileName, size } of waiting) {
        const key = uploadObjectKey(params.district, params.upload, fileName);
        if (multipartId !== undefined) await files.join(key, multipartId, size);
      }
      const joined = waiting.length === 0 ? upload : await look(params, now);
      const missing = joined.files.find((file) => file.arrivedAt === undefined);
      if (missing !== undefined) throw incomplete(missing.fileName);
      return viewOf(joined);
    },
  };

  async function feedOf(district: string, id: string, wanted: readonly NewUploadFile[]) {
    const kept = await feeds.find(district, id);
    if (kept === undefined) throw new RequestError('not-found', 'unknown-feed', 'There is no such feed.');
    if (typeof kept.feed.source !== 'string') {
      throw new RequestError(
        'unprocessable',
        'feed-is-pulled',
        `The feed ${id} is pulled from ${kept.feed.source.url}.`,
      );
    }
    const triggerFile = kept.feed.arrival?.triggerFile;
    const isSent = wanted.some(({ fileName }) => fileName === triggerFile);
    return { feed: id, ...(triggerFile !== undefined && isSent ? { triggerFile } : {}) };
  }

  async function look(params: UploadRequest['params'], now: Date): Promise<StoredUpload> {
    const upload = await uploads.look(files, params.district, params.upload, now);
    if (upload !== undefined) return upload;
    throw new RequestError('not-found', 'unknown-upload', 'There is no such upload.');
  }
}

async function begin(
  files: UploadDeps['files'],
  key: string,
  wanted: NewUploadFile,
): Promise<{ file: UploadFile; target: FileTarget }> {
  const { fileName, size, sha256 } = wanted;
  const file = { fileName, size, ...(sha256 === undefined ? {} : { sha256 }) };
  if (size <= singlePutBytes)
    return { file, target: { fileName, url: await files.putUrl(key), headers: {} } };
  const multipartId = await files.begin(key);
  const parts = await files.partUrls(key, multipartId, size);
  return { file: { ...file, multipartId }, target: { fileName, parts } };
}

function viewOf(upload: StoredUpload): UploadView {
  return {
    uploadId: upload.uploadId,
    ...(upload.feed === undefined ? {} : { feed: upload.feed }),
    ...(upload.sync === undefined ? {} : { sync: upload.sync.syncId }),
    complete: isComplete(upload),
    createdAt: upload.createdAt,
    files: upload.files.map(({ fileName, size, sha256, arrivedAt }) => ({
      fileName,
      size,
      sha256,
      arrivedAt,
    })),
  };
}

function incomplete(fileName: string): RequestError {
  return new RequestError(
    'conflict',
    'upload-incomplete',
    `${fileName} is not there, or not in the size announced.`,
  );
}
