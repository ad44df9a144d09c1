import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Local } from '../../infra/local/stack.ts';
import { Tickets } from '../../shared/store/tickets.ts';

/** What a mail would say: the end of a link by which an account sets its password. */
export async function linkOf(
  local: Local,
  { district, account }: { district: string; account: string },
): Promise<string> {
  const client = new DynamoDBClient({
    endpoint: local.endpoints.dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const tickets = new Tickets(DynamoDBDocumentClient.from(client), 'rolebook-logins', () => {});
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const id = `for-${account}`;
  await tickets.open({ id, district, account, purpose: 'reset', until });
  const link = await tickets.link(district, id);
  client.destroy();
  return link;
}
