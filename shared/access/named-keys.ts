import type { AccessQuestion } from './facts.ts';
import { lookupId } from './lookup.ts';

/** Of the roster: derived by syncs, and versioned. */
export type RosterKey = { kind: 'person' | 'class' | 'org'; id: string };

/**
 * One item of a district's access facts, as the store keys them. Beside the roster's, what people keep: the `seats` of an
 * account, whose a `login` name is (by `lookupId`), a `resource` (by {@link resourceId}), a `record` that a login is tied to
 * (by {@link recordId}).
 */
export type FactKey = RosterKey | { kind: 'seats' | 'login' | 'resource' | 'record'; id: string };

/** Ids hold any character, types and kinds none but letters, digits and underscores. */
export function resourceId({ type, id }: { type: string; id: string }): string {
  return `${type}:${id}`;
}

export type RecordKind = 'student' | 'household' | 'applicant' | 'evaluator' | 'donor';

export function recordId(kind: RecordKind, id: string): string {
  return `${kind}:${id}`;
}

/** Beyond this many, nothing that is named is read, so that the check is denied. */
const mostKeys = 1_000;

/** What the resource's properties name, each once. */
export function namedKeys({ type, id, properties = {} }: AccessQuestion['resource']): FactKey[] {
  const keys: FactKey[] = [
    ...(type === 'account' && text(properties, 'role') !== undefined ? [{ kind: 'seats' as const, id }] : []),
    ...keysOfLogin(properties),
    ...textsIn(properties, 'students').map((student) => ({ kind: 'person' as const, id: student })),
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

function named(value: unknown, name: string, kind: RosterKey['kind']): FactKey[] {
  const id = text(value, name);
  return id === undefined ? [] : [{ kind, id }];
}

const endKinds: Readonly<Record<string, RosterKey['kind']>> = {
  class: 'class',
  school: 'org',
  user: 'person',
};

function keysOfEnd(end: unknown): FactKey[] {
  const type = text(end, 'type');
  const kind = type !== undefined && Object.hasOwn(endKinds, type) ? endKinds[type] : undefined;
  return kind === undefined ? [] : named(end, 'id', kind);
}

function keysOfLogin(properties: Record<string, unknown>): FactKey[] {
  const [email, by, value] = [text(properties, 'email'), text(properties, 'by'), text(properties, 'value')];
  return [
    ...(email === undefined ? [] : [{ kind: 'login' as const, id: lookupId('email', email) }]),
    ...(by === undefined || value === undefined ? [] : [{ kind: 'login' as const, id: lookupId(by, value) }]),
  ];
}
