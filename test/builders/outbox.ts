import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Local } from '../../infra/local/stack.ts';
import type { Report } from '../../shared/reports/report.ts';
import { firstLookMs } from '../../shared/reports/standstill.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { UnfinishedReports } from '../../shared/store/unfinished-reports.ts';
import { aReport } from './report.ts';

/** The ledger of a local stack, for what other functions leave in it. */
export function ledgerOf(local: Local): ReportLedger {
  return new ReportLedger(dynamoOf(local), table);
}

const table = 'rolebook-reports';

function dynamoOf(local: Local): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    endpoint: local.endpoints.dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return DynamoDBDocumentClient.from(client);
}

/** Reports that stand still since a while: one to be checked, one to be made, and `given-up`, whose message was sent often enough. */
export async function strandReports(local: Local, district: string): Promise<void> {
  const [ledger, unfinished] = [ledgerOf(local), new UnfinishedReports(dynamoOf(local), table)];
  const at = new Date(Date.now() - 600_000).toISOString();
  const begin = async (id: string, more: Partial<Report>) => {
    const report = aReport({ id, at, until: '2100-01-01T00:00:00Z', ...more });
    await ledger.create(district, report, { line: { id: `${at}#begun`, at, what: report.state } });
  };
  await begin('to-check', { state: 'received' });
  await begin('to-make', { state: 'requested', folder: 'receive', asked: {} });
  const one = { district, report: 'given-up', revision: 1 };
  await begin(one.report, { state: 'building', folder: 'receive', asked: {} });
  const first = { ...one, at: Date.parse(at) + firstLookMs, sent: 0 };
  await unfinished.replace(first, { ...first, at: first.at + 1, sent: 4 });
}

/** A report that was looked at and accepted, and its event; its file has a name that no mail may say. */
export async function acceptReport(
  ledger: ReportLedger,
  district: string,
  { id, account, by = 'client:x' }: { id: string; account: string; by?: string },
): Promise<void> {
  const at = new Date().toISOString();
  const report = {
    ...{ id, account, by, at },
    folder: 'upload' as const,
    fileName: 'Casey Student.csv',
    kind: 'studenttracker-graduates' as const,
    state: 'accepted' as const,
    via: 'sftp' as const,
    until: '2100-01-01T00:00:00Z',
    revision: 1,
  };
  await ledger.create(district, report, {
    line: { id: `${at}#accepted`, at, what: 'accepted' },
    event: {
      ...{ district, at, account, report: id },
      id: `uploaded.${id}`,
      kind: 'report.uploaded',
      facts: { outcome: 'accepted' },
    },
  });
}

/** `what to` of each line of a report's ledger. */
export async function linesOf(ledger: ReportLedger, district: string, report: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const { what, to } of ledger.lines(district, report))
    lines.push(to === undefined ? what : `${what} ${to}`);
  return lines;
}
