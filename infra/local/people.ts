import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import * as z from 'zod';
import { Tickets } from '../../shared/store/tickets.ts';
import { tableNamed } from './seed-operator.ts';
import { account as accountId, type Declaration, region } from './template.ts';

/** Somebody made up who has an account on this machine. */
const Person = z.object({
  name: z.string(),
  role: z.string(),
  district: z.string(),
  account: z.string(),
  /** Of the last link; its ticket is in the table. */
  link: z.string().optional(),
});
export type Person = z.infer<typeof Person>;

/** As `local.json` has them. */
export type Announced = { name: string; role: string; signIn: string };

const goodMs = 7 * 24 * 3_600_000;

export function keepPeople(dataDir: string, people: readonly Person[]): void {
  const path = fileIn(dataDir);
  writeFileSync(`${path}.new`, `${JSON.stringify(people, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Everybody with a link that signs them in once; those that were used, or have ended, are made anew. */
export async function announcedPeople(
  dataDir: string,
  { url, dynamodb, declaration }: { url: string; dynamodb: string; declaration: Declaration },
): Promise<Announced[]> {
  const people = readPeople(dataDir);
  if (people.length === 0) return [];
  const client = new DynamoDBClient({
    region,
    endpoint: dynamodb,
    credentials: { accessKeyId: accountId, secretAccessKey: 'local' },
  });
  try {
    const tickets = new Tickets(
      DynamoDBDocumentClient.from(client),
      tableNamed(declaration, 'Logins'),
      () => {},
    );
    const linked = await Promise.all(
      people.map(async (person) => ({ ...person, link: await linkOf(person, tickets) })),
    );
    keepPeople(dataDir, linked);
    return linked.map(({ name, role, link }) => ({ name, role, signIn: `${url}/sign-in/${link}` }));
  } finally {
    client.destroy();
  }
}

async function linkOf({ district, account, link }: Person, tickets: Tickets): Promise<string> {
  const now = new Date();
  if (link !== undefined && (await tickets.find(link, now)) !== undefined) return link;
  const id = ulid(now.getTime());
  const until = new Date(now.getTime() + goodMs).toISOString();
  await tickets.open({ id, district, account, purpose: 'sign-in', until });
  return tickets.link(district, id);
}

function readPeople(dataDir: string): Person[] {
  try {
    return z.array(Person).parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
  } catch {
    return []; // before the demonstration
  }
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'people.json');
}
