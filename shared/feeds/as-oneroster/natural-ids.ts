import { createHash } from 'node:crypto';

/**
 * Ids for what a format gives none of its own. Parts are joined by `/`, which OneRoster allows in ids; a part that holds one has it
 * doubled, so that different parts never make one id.
 */
function joined(parts: readonly string[]): string {
  const id = parts.map((part) => part.replaceAll('/', '//')).join('/');
  if (id.length <= 255) return id;
  return `sha256/${createHash('sha256').update(id).digest('hex')}`;
}

export function enrollmentId(of: { classId: string; userId: string; role: string }): string {
  // The standard's ids have no colons.
  return joined([of.classId, of.userId, of.role.replace(/^ext:/, 'ext.')]);
}

/** Of a term, course or school that stands only as columns of another row: what it is called there, whatever the row. */
export function derivedId(
  kind: 'term' | 'course' | 'section' | 'schoolYear' | 'district',
  ...parts: string[]
): string {
  return joined([kind, ...parts.map((part) => part.normalize('NFC').trim())]);
}

/** Of somebody who has no id, by what must not show in one. */
export function hashedId(kind: 'contact', secret: string): string {
  return `${kind}.${createHash('sha256').update(secret.normalize('NFC')).digest('hex')}`;
}

export type PersonKind = 'teacher' | 'staff' | 'contact';

/** Of a person whose id another person of another kind has too. */
export function idOfKind(kind: PersonKind, id: string): string {
  return `${kind}.${id}`;
}
