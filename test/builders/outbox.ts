import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Local } from '../../infra/local/stack.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';

/** The ledger of a local stack, for what other functions leave in it. */
export function ledgerOf(local: Local): ReportLedger {
  const client = new DynamoDBClient({
    endpoint: local.endpoints.dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return new ReportLedger(DynamoDBDocumentClient.from(client), 'rolebook-reports');
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
