import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from '../../infra/local/engines/fauxqs.ts';
import type { SftpLimits } from '../../infra/local/sftp/door.ts';
import { startSftp } from '../../infra/local/sftp/server.ts';
import type { SftpDownload, SftpEntry } from '../../shared/messages/sftp.ts';

export const bucket = 'exchange';
/** Of whoever comes: each has an account of their own name. */
export const password = 'six blue kites at dawn';

export type AloneOptions = { dataDir: string; port?: number; limits?: Partial<SftpLimits> };

/** The SFTP server before the local S3, and nothing else of the product: whoever has the password is let in. */
export async function startSftpAlone({ dataDir, port = 0, limits = {} }: AloneOptions) {
  const engine = await startFauxqs(dataDir, () => undefined);
  const s3 = new S3Client({
    ...{ endpoint: engine.endpoint, region: 'us-east-1', forcePathStyle: true },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const fetched: SftpDownload[] = [];
  const faults: unknown[] = [];
  const sftp = await startSftp({
    ...{ port, dataDir, bucket, limits, s3: { endpoint: engine.endpoint, region: 'us-east-1' } },
    identify: async (login) => entryOf(login),
    hear: async (event) => void fetched.push(event),
    fault: (error) => void faults.push(error),
  });
  return {
    ...{ s3, fetched, faults, port: sftp.port },
    stop: async (): Promise<void> => {
      await sftp.stop();
      s3.destroy();
      await engine.stop();
    },
  };
}

function entryOf(login: object): SftpEntry | undefined {
  const { username, password: said } = login as { username: string; password?: string };
  if (said !== undefined && said !== password) return undefined;
  const folders = [
    { Entry: '/receive', Target: `/${bucket}/out/d/${username}/receive` },
    { Entry: '/upload', Target: `/${bucket}/in/d/${username}/upload` },
  ];
  return {
    ...{ Role: 'role', Policy: '{}', HomeDirectoryType: 'LOGICAL', PublicKeys: [] },
    HomeDirectoryDetails: JSON.stringify(folders),
  };
}
