import { startDynoxide } from './dynoxide.ts';
import type { Endpoints, Engine } from './engine.ts';
import { type ObjectCreated, startFauxqs } from './fauxqs.ts';
import { startSecrets } from './secrets.ts';
import { type LocalMail, startSes } from './ses.ts';
import { startSts } from './sts.ts';

export type Engines = {
  endpoints: Endpoints;
  /** Puts a message into a queue of the embedded SQS; `undefined` where another one stands in for it. */
  send: ((queueName: string, body: string) => void) | undefined;
  /** Mails that were sent, the newest first; `undefined` where another SES stands in. */
  mails: (() => readonly LocalMail[]) | undefined;
  stop: () => Promise<void>;
};

/** Starts what no endpoint replaces. Of new objects only the embedded S3 tells. */
export async function startEngines(
  dataDir: string,
  replaced: Partial<Endpoints>,
  told: { objectCreated: (object: ObjectCreated) => void; mailOutcome: (said: object) => void },
): Promise<Engines> {
  const running: Engine[] = [];
  const keep = async <Started extends Engine>(starting: Promise<Started>): Promise<Started> => {
    const engine = await starting;
    running.push(engine);
    return engine;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((engine) => engine.stop()));
  };
  const needsFauxqs = replaced.sqs === undefined || replaced.s3 === undefined;
  const results = await Promise.allSettled([
    replaced.dynamodb === undefined ? keep(startDynoxide(dataDir)) : undefined,
    needsFauxqs ? keep(startFauxqs(dataDir, told.objectCreated)) : undefined,
    replaced.secrets === undefined ? keep(startSecrets(dataDir)) : undefined,
    replaced.ses === undefined ? keep(startSes(dataDir, told.mailOutcome)) : undefined,
    replaced.sts === undefined ? keep(startSts()) : undefined,
  ] as const);
  const [dynoxide, fauxqs, secrets, ses, sts] = results;
  if (
    dynoxide.status === 'rejected' ||
    fauxqs.status === 'rejected' ||
    secrets.status === 'rejected' ||
    ses.status === 'rejected' ||
    sts.status === 'rejected'
  ) {
    await stop();
    throw results.find((result) => result.status === 'rejected')?.reason;
  }
  return {
    endpoints: {
      dynamodb: replaced.dynamodb ?? dynoxide.value?.endpoint ?? '',
      sqs: replaced.sqs ?? fauxqs.value?.endpoint ?? '',
      s3: replaced.s3 ?? fauxqs.value?.endpoint ?? '',
      secrets: replaced.secrets ?? secrets.value?.endpoint ?? '',
      ses: replaced.ses ?? ses.value?.endpoint ?? '',
      sts: replaced.sts ?? sts.value?.endpoint ?? '',
    },
    mails: ses.value?.mails,
    send: replaced.sqs === undefined ? fauxqs.value?.send : undefined,
    stop,
  };
}
