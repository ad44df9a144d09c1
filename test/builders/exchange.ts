import { rmSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import type { Local, LocalOptions } from '../../infra/local/stack.ts';
import { hashPassword } from '../../shared/accounts/password-hash.ts';
import { Logins } from '../../shared/store/logins.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { Api } from './api.ts';
import { feedZip } from './feed-zip.ts';
import { startLocal } from './local.ts';
import { feed11 } from './oneroster-feed.ts';
import { SftpClient } from './sftp-client.ts';

/** What everybody of these tests signs in with. */
export const password = 'seven green lanterns at noon';
export const Bucket = 'rolebook-exchange';

export type Role = { system: string; role: string; scope: { type: string; ids: string[] } };
export type Person = { id: string; username: string; email: string; roles: string[] };

/** Of nsc, at one account. */
export const atAccount = (account: string, role = 'ftp'): Role => ({
  ...{ system: 'nsc', role, scope: { type: 'account', ids: [account] } },
});

export type Exchange = Awaited<ReturnType<typeof startExchange>>;

/** A local stack with one district, whose schools are `s1` and `s2`, and OpenSSH's client before it. */
export async function startExchange(district: string, options: LocalOptions = {}) {
  const local: Local = await startLocal(options);
  const operator = await Api.signIn(local.url, local.operator);
  await operator.newDistrict(district);
  expect((await operator.sync(district, await feedZip(feed11()))).state).toBe('applied');
  const signing = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const s3 = new S3Client({ ...signing, endpoint: local.endpoints.s3, forcePathStyle: true });
  const client = new DynamoDBClient({ ...signing, endpoint: local.endpoints.dynamodb });
  const dynamo = DynamoDBDocumentClient.from(client);
  const logins = new Logins(dynamo, 'rolebook-logins');
  const hash = await hashPassword(password);
  const sftp = new SftpClient(local.sftp?.port ?? 0);
  let count = 0;

  return {
    ...{ local, operator, s3, sftp },
    ledger: new ReportLedger(dynamo, 'rolebook-reports'),
    base: `/v1/districts/${district}`,

    /** Somebody with a web ID, unless told otherwise. */
    async person(roles: readonly Role[], more: object = {}): Promise<Person> {
      count += 1;
      const username = `person-${count}`;
      const email = `${username}@example.org`;
      const names = { username, email, webId: `W${count}`, approved: true, ...more };
      const base = `/v1/districts/${district}`;
      const { id } = await operator.ok<{ id: string }>('POST', `${base}/accounts`, names);
      await logins.setPassword(district, id, hash);
      const given: string[] = [];
      for (const role of roles) {
        const made = await operator.ok<{ id: string }>('POST', `${base}/assignments`, { user: id, ...role });
        // A role that somebody has to confirm is one only then; of others there is no request.
        await operator.call('POST', `${base}/requests/${made.id}/confirmation`);
        given.push(made.id);
      }
      return { id, username, email, roles: given };
    },

    async keysBelow(Prefix: string): Promise<string[]> {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
      return Contents.map(({ Key = '' }) => Key);
    },

    async stop(): Promise<void> {
      sftp.remove();
      s3.destroy();
      client.destroy();
      await local.stop();
      rmSync(local.dataDir, { recursive: true, force: true });
    },
  };
}
