import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { startSecrets } from '../../infra/local/engines/secrets.ts';
import { VendorSecrets } from '../../shared/store/vendor-secrets.ts';

/** Secrets on an engine of their own, kept in a directory. */
export async function withSecrets(
  directory: string,
  run: (secrets: VendorSecrets) => Promise<void>,
): Promise<void> {
  const engine = await startSecrets(directory);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SecretsManagerClient({ region: 'us-east-1', endpoint: engine.endpoint, credentials });
  await run(new VendorSecrets(client, 'rolebook-test/feeds/'));
  client.destroy();
  await engine.stop();
}
