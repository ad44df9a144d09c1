import { HeadObjectCommand, NotFound } from '@aws-sdk/client-s3';
import { makeDynamo, makeS3 } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { enterDistrict } from '../../shared/runtime/tenancy.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const s3 = makeS3(process.env);
const tables = { tenants: env.TENANTS_TABLE, access: env.ACCESS_TABLE, accounts: env.ACCOUNTS_TABLE };

export const handler = makeHandler({
  look: (Key) =>
    s3.send(new HeadObjectCommand({ Bucket: env.EXCHANGE_BUCKET, Key })).then(
      ({ ETag: etag = '', LastModified: modified = new Date(0), Metadata: metadata = {} }) => ({
        ...{ etag, modified, metadata },
      }),
      (error: unknown) => {
        if (error instanceof NotFound) return undefined;
        throw error;
      },
    ),
  ledger: new ReportLedger(dynamo, env.REPORTS_TABLE),
  accounts: new SignInAccounts(dynamo, tables, enterDistrict),
  events: makeEvents('hear-sftp'),
});
