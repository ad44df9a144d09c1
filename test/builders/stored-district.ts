import { BatchWriteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ClassFacts, OrgFacts, Person } from '../../shared/access/facts.ts';
import { accessKey, headCopies, headKey, holderKey, rosterKey } from '../../shared/store/keys.ts';
import { testTables } from './dynamo.ts';

/** Facts of a district as a sync and people's deeds leave them behind, written straight into the tables. */
export type StoredDistrict = {
  orgs?: Record<string, OrgFacts>;
  classes?: Record<string, ClassFacts>;
  people?: readonly Person[];
};

type Item = Record<string, unknown>;

/** Commits it as generation `g`. The district must exist. */
export async function storeDistrict(
  dynamo: DynamoDBDocumentClient,
  district: string,
  { orgs = {}, classes = {}, people = [] }: StoredDistrict,
  g = 1,
): Promise<void> {
  const known = people.filter(({ roster }) => roster !== undefined);
  const roster = [
    ...Object.keys(orgs).map((id) => rosterKey(district, 'orgs', id)),
    ...Object.keys(classes).map((id) => rosterKey(district, 'classes', id)),
    ...known.map(({ id }) => rosterKey(district, 'users', id)),
  ];
  const access: Item[] = [
    ...Object.entries(orgs).map(([id, now]) => ({ ...accessKey(district, 'org', id), g, now })),
    ...Object.entries(classes).map(([id, now]) => ({ ...accessKey(district, 'class', id), g, now })),
    ...people.map((person) => ({
      ...accessKey(district, 'person', person.id),
      ...(person.roster === undefined ? {} : { g, now: person.roster }),
      ...(person.webId === undefined ? {} : { webId: person.webId }),
      manual: Object.fromEntries(person.manual.map((one) => [one.id, one])),
    })),
  ];
  await writeAll(
    dynamo,
    testTables.roster,
    roster.map((key) => ({ ...key, g, now: { name: 'secret' } })),
  );
  await writeAll(dynamo, testTables.access, access);
  await writeAll(
    dynamo,
    testTables.assignments,
    people.flatMap((person) => holderRows(district, person, g)),
  );
  await commit(dynamo, district, g);
}

function holderRows(district: string, { id: userId, roster, manual }: Person, g: number): Item[] {
  const given = [...(roster?.assignments ?? []), ...manual];
  return given.flatMap((assignment) =>
    assignment.scope.ids.map((scopeId) => {
      const { system, role, id: assignmentId } = assignment;
      const now = { kind: 'assignment', userId, assignment };
      return { ...holderKey({ district, system, role, scopeId, userId, assignmentId }), g, now };
    }),
  );
}

async function writeAll(
  dynamo: DynamoDBDocumentClient,
  table: string,
  items: readonly Item[],
): Promise<void> {
  for (let at = 0; at < items.length; at += 25) {
    const part = items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
    await dynamo.send(new BatchWriteCommand({ RequestItems: { [table]: part } }));
  }
}

/** What finish-sync does to the head. */
export async function commit(dynamo: DynamoDBDocumentClient, district: string, g: number): Promise<void> {
  for (let copy = 0; copy < headCopies; copy += 1) {
    await dynamo.send(
      new UpdateCommand({
        TableName: testTables.access,
        Key: headKey(district, copy),
        UpdateExpression: 'SET committed = :g',
        ExpressionAttributeValues: { ':g': g },
      }),
    );
  }
}
