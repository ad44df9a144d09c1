import { App, type AppProps, Tags } from 'aws-cdk-lib';
import type { SftpVariables } from './names.ts';
import { ApiStack } from './stacks/api.ts';
import { ExchangeStack } from './stacks/exchange.ts';
import { IngestStack } from './stacks/ingest.ts';
import { PeopleStack } from './stacks/people.ts';
import { SftpStack } from './stacks/sftp.ts';
import { StorageStack } from './stacks/storage.ts';

export type RolebookProps = AppProps & {
  /** Part of every name, so that stages can share an account. */
  stage: string;
  /** Folder of the functions' bundles, as `bundleFunctions` leaves it. */
  bundles: string;
};

/**
 * The whole product. Context: `mailFrom`, the address that mails are from, whose domain SES knows; `origin`, where people reach the
 * service, if not at the API's own address; `clamd`, the address of a malware scanner, where there is one; `sftp`, where there is to be an
 * SFTP server; `sftpHost`, `sftpPort` and `sftpFingerprint`, how people reach it, for pages and mails; `quotaGigabytes`, `quotaFiles`,
 * `mostQuotaGigabytes` and `mostQuotaFiles`, how much each school may have lying in what it brings. Bound to no account or region: the same
 * templates deploy anywhere, and run on one machine.
 */
export function buildRolebook({ stage, bundles, ...props }: RolebookProps): App {
  const app = new App(props);
  // Until somebody says whose they are, SES refuses all mails.
  const mailFrom: unknown = app.node.tryGetContext('mailFrom');
  const mail = {
    from: typeof mailFrom === 'string' ? mailFrom : 'rolebook@mail.invalid',
    settings: `rolebook-${stage}`,
  };
  const storage = new StorageStack(app, 'Storage', { stackName: `rolebook-${stage}-storage` });
  const ingest = new IngestStack(app, 'Ingest', {
    stackName: `rolebook-${stage}-ingest`,
    storage,
    bundles,
    stage,
    mail,
  });
  const sftp = sftpOf(app);
  const quota = quotaOf(app);
  const scanner: unknown = app.node.tryGetContext('clamd');
  const clamd = typeof scanner === 'string' ? scanner : '';
  const api = new ApiStack(app, 'Api', {
    stackName: `rolebook-${stage}-api`,
    storage,
    reach: ingest.reach,
    bundles,
    stage,
    mailFrom: mail.from,
    sftp,
    quota,
    clamd,
  });
  const given: unknown = app.node.tryGetContext('origin');
  const origin = typeof given === 'string' ? given : api.origin;
  const common = { storage, reach: ingest.reach, bundles, stage, mail, origin };
  new PeopleStack(app, 'People', { stackName: `rolebook-${stage}-people`, ...common, sftp });
  const exchange = new ExchangeStack(app, 'Exchange', {
    stackName: `rolebook-${stage}-exchange`,
    ...common,
    clamd,
    quota,
  });
  if (app.node.tryGetContext('sftp') !== undefined) {
    const { identifySftp: identify, hearSftp: hear } = exchange;
    new SftpStack(app, 'Sftp', { stackName: `rolebook-${stage}-sftp`, stage, identify, hear });
  }
  Tags.of(app).add('product', 'rolebook');
  Tags.of(app).add('stage', stage);
  return app;
}

function sftpOf(app: App): SftpVariables {
  const read = (name: string, otherwise = ''): string => {
    const given: unknown = app.node.tryGetContext(name);
    return typeof given === 'string' ? given : otherwise;
  };
  return {
    SFTP_HOST: read('sftpHost'),
    SFTP_PORT: read('sftpPort', '22'),
    SFTP_FINGERPRINT: read('sftpFingerprint'),
  };
}

/** A school sends a roster of some 100 MB a night, and each lies there for ninety. */
const usual = { quotaGigabytes: 50, quotaFiles: 10_000, mostQuotaGigabytes: 1000, mostQuotaFiles: 100_000 };

/** JSON of what functions read as `REPORT_QUOTA`. */
function quotaOf(app: App): string {
  const read = (name: keyof typeof usual): number => {
    const value = Number(app.node.tryGetContext(name) ?? usual[name]);
    if (Number.isFinite(value) && value >= 0) return value;
    throw new Error(`The context ${name} has to be a number.`);
  };
  const amount = (gigabytes: number, files: number) => ({ bytes: Math.round(gigabytes * 1e9), files });
  return JSON.stringify({
    usual: amount(read('quotaGigabytes'), read('quotaFiles')),
    most: amount(read('mostQuotaGigabytes'), read('mostQuotaFiles')),
  });
}
