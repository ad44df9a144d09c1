import { parseArgs } from 'node:util';
import { type Local, startLocal } from './stack.ts';

const usage = `npm start -- [options]

  --port <number>       where the API listens (4000)
  --data-dir <folder>   where everything is kept (.rolebook)
  --sftp-port <number>  where SFTP listens (2222)
  --no-demo             without the demonstration district

AWS_ENDPOINT_URL_DYNAMODB, _SQS, _S3, _SECRETS_MANAGER and _SESV2 put another engine in place of an embedded one.`;

function readArguments() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4000' },
      'sftp-port': { type: 'string', default: '2222' },
      'data-dir': { type: 'string', default: '.rolebook' },
      demo: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  const [port, sftpPort] = [portIn('port', values.port), portIn('sftp-port', values['sftp-port'])];
  return { port, sftpPort, dataDir: values['data-dir'], demo: values.demo, help: values.help };
}

function portIn(option: string, value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--${option} ${value} is no port`);
  return port;
}

async function main(): Promise<void> {
  const { port, sftpPort, dataDir, demo, help } = readArguments();
  if (help) {
    console.log(usage);
    return;
  }
  console.log('Rolebook is starting …');
  const starting = startLocal({
    port,
    sftpPort,
    dataDir,
    replaced: replacedEngines(),
    loopbackVendors: process.env.ROLEBOOK_LOOPBACK_VENDORS === 'allowed',
  });
  stopOnSignal(starting);
  const local = await starting;
  console.log(`
  API   ${local.url}
  Docs  ${local.url}/docs
  Mail  ${local.url}/local/mailbox
  SFTP  ${local.sftp?.host}:${local.sftp?.port} (host key ${local.sftp?.fingerprint})
  Data  ${local.dataDir} (credentials and links of people in local.json, logs of functions in logs/)

Ready after ${(performance.now() / 1000).toFixed(1)} s. Ctrl-C stops it; what was stored is kept.`);
  if (demo) {
    const { runDemo } = await import('./demo.ts'); // not before everything listens
    await runDemo({ ...local, api: local.url, log: console.log });
    await local.announcePeople();
  }
}

function replacedEngines() {
  const {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_SQS: sqs,
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets,
    AWS_ENDPOINT_URL_SESV2: ses,
    AWS_ENDPOINT_URL_STS: sts,
  } = process.env;
  return {
    ...(dynamodb && { dynamodb }),
    ...(sqs && { sqs }),
    ...(s3 && { s3 }),
    ...(secrets && { secrets }),
    ...(ses && { ses }),
    ...(sts && { sts }),
  };
}

/** Also while still starting: whatever runs by then is stopped in order. */
function stopOnSignal(starting: Promise<Local>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      starting.then((local) => local.stop()).then(() => process.exit(0), fail);
    });
  }
}

function fail(error: unknown): never {
  console.error(`Rolebook did not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

main().catch(fail);
