import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { startSecrets } from '../../infra/local/engines/secrets.ts';
import { FeedSecrets } from '../../shared/store/feed-secrets.ts';

/** Secrets on an engine of their own, kept in a directory. */
export async function withSecrets(
  directory: string,
  run: (secrets: FeedSecrets) => Promise<void>,
): Promise<void> {
  const engine = await startSecrets(directory);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SecretsManagerClient({ region: 'us-east-1', endpoint: engine.endpoint, credentials });
  await run(new FeedSecrets(client, 'rolebook-test/feeds/'));
  client.destroy();
  await engine.stop();
}
