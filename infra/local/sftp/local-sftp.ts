import { SftpEntry } from '../../../shared/messages/sftp.ts';
import { pascalCase } from '../../names.ts';
import type { LocalFunction } from '../functions/local-function.ts';
import { localName } from '../identities.ts';
import type { Beside } from '../run-stack.ts';
import { region } from '../template.ts';
import { startSftp } from './server.ts';

/** `fingerprint`: of the key by which clients know the server. */
export type SftpPlace = { host: string; port: number; fingerprint: string };

/** The SFTP server of the stack, where the app has the functions for one. */
export async function startLocalSftp(
  port: number,
  { endpoints, declaration, functions, dataDir }: Beside,
): Promise<{ place: SftpPlace; stop: () => Promise<void> } | undefined> {
  const [identify, hear] = ['identify-sftp', 'hear-sftp'].map((name) =>
    functions.get(`rolebook-local-${name}`),
  );
  const bucket = declaration
    .ofType('AWS::S3::Bucket')
    .find(({ logicalId }) => logicalId.startsWith(pascalCase('exchange')));
  if (identify === undefined || hear === undefined || bucket === undefined) return undefined;
  const running = await startSftp({
    ...{ port, dataDir, bucket: localName(bucket) },
    s3: { endpoint: endpoints.s3, region },
    identify: async (event) => {
      const entry = SftpEntry.safeParse(JSON.parse(await invoke(identify, event)));
      return entry.success ? entry.data : undefined;
    },
    hear: async (event) => {
      await invoke(hear, event);
    },
    fault: (error) =>
      console.error(`SFTP: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  });
  const { stop, ...place } = running;
  return { place: { host: 'localhost', ...place }, stop };
}

async function invoke(fn: LocalFunction, event: object): Promise<string> {
  const outcome = await fn.invoke(event);
  if (!outcome.ok) throw new Error(`${fn.name}: ${outcome.error.errorType} ${outcome.error.errorMessage}`);
  return outcome.payload;
}
