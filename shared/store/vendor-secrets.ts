import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { StoreUnavailable } from '../errors.ts';
import { vendorSecretName } from './keys.ts';

const VendorSecret = z.object({
  /** The server that the credentials were given for; they are sent to no other. */
  origin: z.string(),
  credentials: z.record(z.string(), z.string()),
});
export type VendorSecret = z.infer<typeof VendorSecret>;

/** What we sign in with at vendors: one secret of Secrets Manager per district and feed or identity provider. */
export class VendorSecrets {
  readonly #client: SecretsManagerClient;
  readonly #prefix: string;

  /** @param prefix what all names begin with, by stage and kind */
  constructor(client: SecretsManagerClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  /** Keeps a new version and returns its id; the one before stays readable, for settings that still name it. */
  async put(district: string, id: string, secret: VendorSecret): Promise<string> {
    const name = vendorSecretName(this.#prefix, district, id);
    const version = { ClientRequestToken: randomUUID(), SecretString: JSON.stringify(secret) };
    const added = await calling(
      this.#client.send(new PutSecretValueCommand({ SecretId: name, ...version })),
      'ResourceNotFoundException',
    );
    if (added === undefined) {
      await calling(this.#client.send(new CreateSecretCommand({ Name: name, ...version })));
    }
    return version.ClientRequestToken;
  }

  /** `undefined` where the version is kept no longer. */
  async get(district: string, id: string, version: string): Promise<VendorSecret | undefined> {
    const SecretId = vendorSecretName(this.#prefix, district, id);
    const found = await calling(
      this.#client.send(new GetSecretValueCommand({ SecretId, VersionId: version })),
      'ResourceNotFoundException',
    );
    return found === undefined ? undefined : VendorSecret.parse(JSON.parse(found.SecretString ?? ''));
  }

  /** At once and for good; again, it changes nothing. */
  async remove(district: string, id: string): Promise<void> {
    const SecretId = vendorSecretName(this.#prefix, district, id);
    await calling(
      this.#client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })),
      'ResourceNotFoundException',
    );
  }
}

/** @throws {StoreUnavailable} without what was sent. `undefined` where the error is `but`. */
async function calling<T>(call: Promise<T>, but?: string): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (but !== undefined && name === but) return undefined;
    if (name === 'AccessDeniedException') throw error;
    throw new StoreUnavailable(`Secrets Manager did not do it: ${name}`);
  }
}
