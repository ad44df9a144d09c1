import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { pulled } from '../builders/clever-pull.ts';
import { CleverStandIn } from '../vendors/clever.ts';
import { aContact, aDistrict, aSection, aStudent, clever } from '../vendors/clever-district.ts';
import { published, publishedEvent, publishedPage } from '../vendors/clever-schemas.ts';

const begin = Date.parse('2026-11-01T06:00:00Z');

/** Everything that the stand-in answered in a full pull and one of changes, by what was asked for. */
async function answers(): Promise<{ kind: string; body: unknown }[]> {
  const standIn = new CleverStandIn(aDistrict(), () => begin);
  standIn.change('schools', clever.school(0), { name: 'North' });
  const { cursor } = await pulled(standIn, () => begin);
  standIn.put('users', aStudent(30));
  standIn.put('users', aContact(1, [2]));
  standIn.put('sections', aSection(0, [1], [1]));
  standIn.remove('users', clever.student(3));
  await pulled(standIn, () => begin, { since: cursor });
  return standIn.given.map(({ request: { path }, answer }) => {
    const [, version, collection = '', id, nested] = path.split('/');
    const isPage = id === undefined || nested !== undefined;
    const kind = version === 'oauth' ? version : `${nested ? 'users' : collection}${isPage ? '' : ' one'}`;
    return { kind, body: JSON.parse(answer.body) as unknown };
  });
}

test('the stand-in answers as the published documents say', async () => {
  const kinds = new Set<string>();
  for (const { kind, body } of await answers()) {
    kinds.add(kind);
    if (kind === 'oauth') continue; // of another document
    const [collection = '', one] = kind.split(' ');
    const object = collection === 'events' ? publishedEvent : published[collection as keyof typeof published];
    const schema = one ? z.strictObject({ data: object, uri: z.string() }) : publishedPage(object);
    expect(schema.safeParse(body).error?.issues, kind).toBeUndefined();
  }
  expect(kinds.size).toBe(10);
});

type Definition = {
  $ref?: string;
  type?: string;
  enum?: string[];
  properties?: Record<string, Definition>;
  items?: Definition;
  'x-nullable'?: boolean;
};

/** Swagger 2's definitions as schemas that know no other properties. */
function schemaOf(definition: Definition, all: Record<string, Definition>): z.ZodType {
  const { $ref, type, properties, items } = definition;
  const plain = (): z.ZodType => {
    if ($ref !== undefined) return schemaOf(all[$ref.replace('#/definitions/', '')] ?? {}, all);
    if (definition.enum !== undefined) return z.enum(definition.enum);
    if (type === 'string') return z.string();
    if (type === 'boolean') return z.boolean();
    if (type === 'array') return z.array(schemaOf(items ?? {}, all));
    if (properties === undefined) return z.unknown();
    const fields = Object.entries(properties).map(([name, of]) => [name, schemaOf(of, all).optional()]);
    return z.strictObject(Object.fromEntries(fields) as Record<string, z.ZodType>);
  };
  return definition['x-nullable'] ? plain().nullable() : plain();
}

const document = process.env.ROLEBOOK_CLEVER_OPENAPI;

test.skipIf(document === undefined)('the stand-in answers as Clever’s own document says', async () => {
  const { definitions } = parse(readFileSync(document ?? '', 'utf8')) as {
    definitions: Record<string, Definition>;
  };
  const names: Record<string, string> = {
    users: 'User',
    sections: 'Section',
    schools: 'School',
    courses: 'Course',
    terms: 'Term',
    districts: 'District',
  };
  for (const { kind, body } of await answers()) {
    const name = names[kind];
    if (name === undefined) continue;
    const object = schemaOf({ $ref: `#/definitions/${name}` }, definitions);
    expect(publishedPage(object).safeParse(body).error?.issues, kind).toBeUndefined();
  }
});
