import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Local } from '../../infra/local/stack.ts';
import { keptReportKey } from '../../shared/reports/exchange-keys.ts';
import type { Report } from '../../shared/reports/report.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { until } from './until.ts';

/** Hands a report to its check as whoever receives it does, and waits for what becomes of it. */
export async function checkedReport(
  { endpoints }: Local,
  { district, report, content }: { district: string; report: Report; content: Buffer | string },
): Promise<Report> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const common = { region: 'us-east-1', credentials };
  const s3 = new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true });
  const sqs = new SQSClient({ ...common, endpoint: endpoints.sqs });
  const dynamo = new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb });
  const ledger = new ReportLedger(DynamoDBDocumentClient.from(dynamo), 'rolebook-reports');
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand());
  const QueueUrl = QueueUrls.find((url) => /checks/i.test(url) && !/dead/i.test(url));
  const Key = keptReportKey(district, report);
  await s3.send(new PutObjectCommand({ Bucket: 'rolebook-exchange', Key, Body: content }));
  await ledger.create(district, report, { line: { id: '0', at: report.at, what: 'received' } });
  const MessageBody = JSON.stringify({ district, report: report.id });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  await until('the report is looked at', async () => {
    return (await ledger.find(district, report.id))?.state !== 'received';
  });
  const found = await ledger.find(district, report.id);
  for (const client of [s3, sqs, dynamo]) client.destroy();
  return found ?? report;
}
