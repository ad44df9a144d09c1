import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import type { Engine } from './engine.ts';
import { listening } from './listening.ts';

const Stored = z.record(
  z.string(),
  /** The newest version first; as on AWS, what stands before the last but one is kept no longer. */
  z.array(z.object({ id: z.string(), text: z.string() })),
);
type Stored = z.infer<typeof Stored>;

const Version = z.object({ ClientRequestToken: z.string().min(32).max(64), SecretString: z.string() });
const Calls = {
  CreateSecret: Version.extend({ Name: z.string().regex(/^[\w/+=.@-]{1,512}$/) }),
  PutSecretValue: Version.extend({ SecretId: z.string() }),
  GetSecretValue: z.object({ SecretId: z.string(), VersionId: z.string().optional() }),
  DeleteSecret: z.object({ SecretId: z.string(), ForceDeleteWithoutRecovery: z.literal(true) }),
};

class Refusal extends Error {
  readonly type: string;

  constructor(type: string) {
    super(type);
    this.type = type;
  }
}

/**
 * As much of Secrets Manager as the product calls, over its JSON protocol, kept in one file that only this user may read.
 * Signatures are not checked.
 */
export async function startSecrets(dataDir: string): Promise<Engine> {
  const directory = join(dataDir, 'secrets');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'secrets.json');
  const secrets = new Map(Object.entries(readStored(path)));
  const keep = (): void => {
    writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(secrets)), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  return listening(async (call, reply) => {
    const [status, body] = await answerTo(call, secrets, keep);
    reply.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
}

type Secrets = Map<string, Stored[string]>;

async function answerTo(
  call: IncomingMessage,
  secrets: Secrets,
  keep: () => void,
): Promise<[number, object]> {
  try {
    const operation = String(call.headers['x-amz-target']).replace(/^secretsmanager\./, '');
    return [200, answer(operation, await json(call), secrets, keep)];
  } catch (error) {
    const type = error instanceof Refusal ? error.type : 'InvalidParameterException';
    return [400, { __type: type, message: type }];
  }
}

function answer(operation: string, body: unknown, secrets: Secrets, keep: () => void): object {
  const known = (name: string) => {
    const versions = secrets.get(name);
    if (versions === undefined) throw new Refusal('ResourceNotFoundException');
    return versions;
  };
  switch (operation) {
    case 'CreateSecret': {
      const { Name, ClientRequestToken: id, SecretString: text } = Calls.CreateSecret.parse(body);
      if (secrets.has(Name)) throw new Refusal('ResourceExistsException');
      secrets.set(Name, [{ id, text }]);
      keep();
      return { Name, VersionId: id };
    }
    case 'PutSecretValue': {
      const { SecretId, ClientRequestToken: id, SecretString: text } = Calls.PutSecretValue.parse(body);
      secrets.set(SecretId, [{ id, text }, ...known(SecretId)].slice(0, 2));
      keep();
      return { Name: SecretId, VersionId: id };
    }
    case 'GetSecretValue': {
      const { SecretId, VersionId } = Calls.GetSecretValue.parse(body);
      const [newest, ...older] = known(SecretId);
      const found =
        VersionId === undefined ? newest : [newest, ...older].find((one) => one?.id === VersionId);
      if (found === undefined) throw new Refusal('ResourceNotFoundException');
      return { Name: SecretId, VersionId: found.id, SecretString: found.text };
    }
    case 'DeleteSecret': {
      const { SecretId } = Calls.DeleteSecret.parse(body);
      known(SecretId);
      secrets.delete(SecretId);
      keep();
      return { Name: SecretId };
    }
    default:
      throw new Refusal('UnknownOperationException');
  }
}

function readStored(path: string): Stored {
  try {
    return Stored.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}
