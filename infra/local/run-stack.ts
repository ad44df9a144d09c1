import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { Endpoints } from './engines/engine.ts';
import { startEngines } from './engines/engines.ts';
import type { ObjectCreated } from './engines/fauxqs.ts';
import { declareFunctions } from './functions/functions.ts';
import type { LocalFunction } from './functions/local-function.ts';
import { declareApi } from './gateway/declare-api.ts';
import { Gateway } from './gateway/gateway.ts';
import { makeMailbox } from './gateway/mailbox.ts';
import { identify } from './identities.ts';
import { lock } from './lock.ts';
import { provision } from './provision.ts';
import { bucketNotifications, declareSources, mailOutcomeQueues, notify } from './sources/declare-sources.ts';
import type { Source } from './sources/source.ts';
import { cacheOf } from './synthesize.ts';
import { account, Declaration, region } from './template.ts';

export type StackOptions = {
  /** 0 chooses a free one. */
  port: number;
  dataDir: string;
  /** Makes the templates, and the bundles they refer to, below `cache`. */
  synthesize: (cache: string) => CloudAssembly | Promise<CloudAssembly>;
  /** Endpoints to use in place of embedded engines. */
  replaced?: Partial<Endpoints>;
  /** Puts something between the engines and all that calls them: gives the endpoints to use in their place. */
  through?: ((engines: Endpoints) => Promise<Endpoints>) | undefined;
  /** Shortens every queue's visibility timeout, for tests of redelivery. */
  maxVisibilitySeconds?: number | undefined;
  /** Lets feeds be pulled from servers on this machine. */
  loopbackVendors?: boolean | undefined;
  /** Runs once tables, queues and buckets are there, and before anything calls a function. */
  seed?: (made: { endpoints: Endpoints; declaration: Declaration; url: string }) => Promise<void>;
  /** Starts what listens besides the API, before it opens; gives what ends it. */
  beside?: (running: Beside) => Promise<() => Promise<void>>;
  /** Runs at the moment that the API opens. */
  opened?: (at: { url: string; mailbox: string | undefined }) => void;
};

export type Beside = Pick<RunningStack, 'endpoints' | 'declaration' | 'functions'> & { dataDir: string };

export type RunningStack = {
  url: string;
  endpoints: Endpoints;
  /** What an SDK client needs to reach the engines, and what else every function is told. */
  environment: Record<string, string>;
  declaration: Declaration;
  /** By name. */
  functions: ReadonlyMap<string, LocalFunction>;
  /** Ends everything; what was stored is kept. */
  stop: () => Promise<void>;
};

/**
 * Runs what an app's templates declare on this machine, wired from the templates alone.
 * @throws where the port is taken, or another stack runs on the data directory.
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const undo: (() => unknown)[] = [lock(dataDir)];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return { ...(await run(options, dataDir, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function run(
  options: StackOptions,
  dataDir: string,
  undo: (() => unknown)[],
): Promise<Omit<RunningStack, 'stop'>> {
  const gateway = new Gateway();
  const port = await gateway.listen(options.port);
  undo.push(() => gateway.close());

  // Engines and templates do not need each other yet. New objects are told of only once somebody listens.
  let onObject = (_: ObjectCreated): void => undefined;
  let onOutcome = (_: object): void => undefined;
  const starting = startEngines(dataDir, options.replaced ?? {}, {
    objectCreated: (object) => onObject(object),
    mailOutcome: (said) => onOutcome(said),
  });
  const stopEngines = starting.then(
    ({ stop }) => stop,
    () => () => undefined,
  );
  undo.push(async () => (await stopEngines)());
  const [engines, assembly] = await Promise.all([starting, options.synthesize(cacheOf(dataDir))]);
  const endpoints = (await options.through?.(engines.endpoints)) ?? engines.endpoints;
  const url = `http://localhost:${port}`;
  const declaration = Declaration.of(assembly, (resource) =>
    identify(resource, { sqs: endpoints.sqs, api: url }),
  );
  const environment = environmentOf(endpoints, options.loopbackVendors ?? false);
  const clients = sdkClients(endpoints);
  undo.push(() => {
    for (const client of Object.values(clients)) client.destroy();
  });
  await provision(declaration, clients, { maxVisibilitySeconds: options.maxVisibilitySeconds });
  await options.seed?.({ endpoints, declaration, url });

  const functions = declareFunctions(declaration, {
    assembly: assembly.directory,
    dataDir,
    env: environment,
  });
  undo.push(() => Promise.all([...functions.values()].map((fn) => fn.stop())));
  const sources = await declareSources({
    declaration,
    functions,
    sqs: clients.sqs,
    sqsEndpoint: endpoints.sqs,
    streams: clients.streams,
    dataDir,
  });
  const notifications = bucketNotifications(declaration);
  const send = engines.send ?? sendBySdk(clients.sqs, endpoints.sqs);
  onObject = (object) => notify(notifications, object, send);
  const outcomes = mailOutcomeQueues(declaration);
  onOutcome = (said) => {
    for (const queue of outcomes) send(queue, JSON.stringify(said));
  };
  startSources(sources, undo);
  const besides = await options.beside?.({ endpoints, declaration, functions, dataDir });
  if (besides !== undefined) undo.push(besides);
  const mailbox = engines.mails === undefined ? undefined : makeMailbox(engines.mails);
  gateway.open({ ...declareApi(declaration, functions), mailbox });
  undo.push(() => gateway.shut());
  options.opened?.({ url, mailbox: mailbox === undefined ? undefined : `${url}/local/mailbox` });
  return { url, endpoints, environment, declaration, functions };
}

function startSources(sources: Source[], undo: (() => unknown)[]): void {
  undo.push(() => {
    for (const source of sources) source.stop();
  });
  for (const source of sources) source.start();
}

function sendBySdk(sqs: SQSClient, endpoint: string) {
  return (queueName: string, MessageBody: string): void => {
    const QueueUrl = `${endpoint}/${account}/${queueName}`;
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody })).catch((error: unknown) => {
      console.error(`A new object was not told of: ${error}`);
    });
  };
}

function environmentOf(endpoints: Endpoints, loopbackVendors: boolean): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secrets,
    AWS_ENDPOINT_URL_SESV2: endpoints.ses,
    AWS_ENDPOINT_URL_STS: endpoints.sts,
    // Of people of the demonstration.
    ROLEBOOK_SIGN_IN_LINKS: 'made',
    ...(loopbackVendors ? { ROLEBOOK_LOOPBACK_VENDORS: 'allowed' } : {}),
  };
}

function sdkClients(endpoints: Endpoints) {
  const common = { region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  return {
    dynamodb: new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb }),
    streams: new DynamoDBStreamsClient({ ...common, endpoint: endpoints.dynamodb }),
    sqs: new SQSClient({ ...common, endpoint: endpoints.sqs }),
    s3: new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true }),
  };
}
