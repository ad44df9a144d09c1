import type { AccessQuestion } from './facts.ts';
import { lookupId } from './lookup.ts';

/** One item of a district's access facts, as the store keys them. */
export type FactKey = { kind: 'person' | 'class' | 'org'; id: string };

/**
 * Facts that are not of the roster: `seats` of an account, how many users have a `login` (by `lookupId`), and what people
 * stored about a resource.
 */
export type OtherKey = { kind: 'seats' | 'login' | StoredType; id: string };

const storedTypes = ['page', 'cms_content', 'dat_query', 'dat_filter'] as const;
type StoredType = (typeof storedTypes)[number];

/** Beyond this many, nothing that is named is read, so that the check is denied. */
const mostKeys = 1_000;

/** The roster's items that the resource's properties name, each once. */
export function namedKeys({ properties = {} }: AccessQuestion['resource']): FactKey[] {
  const keys = [
    ...textsIn(properties, 'students').map((id): FactKey => ({ kind: 'person', id })),
    ...named(properties, 'user', 'person'),
    ...['from', 'to'].flatMap((end) => keysOfEnd(properties[end])),
    ...listIn(properties, 'rows').flatMap((row) => [
      ...named(row, 'class', 'class'),
      ...named(row, 'school', 'org'),
    ]),
  ];
  const distinct = [...new Map(keys.map((key) => [`${key.kind} ${key.id}`, key])).values()];
  return distinct.length > mostKeys ? [] : distinct;
}

export function otherKeys({ type, id, properties = {} }: AccessQuestion['resource']): OtherKey[] {
  const stored = storedTypes.find((known) => known === type);
  return [
    ...(stored === undefined ? [] : [{ kind: stored, id }]),
    ...(type === 'account' && text(properties, 'role') !== undefined ? [{ kind: 'seats' as const, id }] : []),
    ...keysOfLogin(properties),
  ];
}

function text(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const part: unknown = Reflect.get(value, name);
  return typeof part === 'string' && part !== '' ? part : undefined;
}

function listIn(properties: Record<string, unknown>, name: string): unknown[] {
  const list = properties[name];
  return Array.isArray(list) ? list : [];
}

function textsIn(properties: Record<string, unknown>, name: string): string[] {
  return listIn(properties, name).flatMap((one) => (typeof one === 'string' && one !== '' ? [one] : []));
}

function named(value: unknown, name: string, kind: FactKey['kind']): FactKey[] {
  const id = text(value, name);
  return id === undefined ? [] : [{ kind, id }];
}

const endKinds: Readonly<Record<string, FactKey['kind']>> = { class: 'class', school: 'org', user: 'person' };

function keysOfEnd(end: unknown): FactKey[] {
  const type = text(end, 'type');
  const kind = type !== undefined && Object.hasOwn(endKinds, type) ? endKinds[type] : undefined;
  return kind === undefined ? [] : named(end, 'id', kind);
}

function keysOfLogin(properties: Record<string, unknown>): OtherKey[] {
  const [email, by, value] = [text(properties, 'email'), text(properties, 'by'), text(properties, 'value')];
  return [
    ...(email === undefined ? [] : [{ kind: 'login' as const, id: lookupId('email', email) }]),
    ...(by === undefined || value === undefined ? [] : [{ kind: 'login' as const, id: lookupId(by, value) }]),
  ];
}
