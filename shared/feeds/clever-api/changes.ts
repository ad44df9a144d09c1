import * as z from 'zod';
import { unexpected } from './answers.ts';
import { type CleverObject, type Collection, collections, objects, type Section } from './objects.ts';

/** What a district of 100,000 changes in a month of rollover; a full pull is cheaper, and lighter on memory, above it. */
export const maxEvents = 200_000;

const Attributes = z.record(z.string(), z.unknown()).nullish();

/** The published document has `previous_attributes` beside `data`, recorded answers have them inside. */
const Event = z.object({
  type: z.string(),
  created: z.string().optional(),
  data: z.object({ object: z.unknown(), previous_attributes: Attributes }),
  previous_attributes: Attributes,
});
type Before = Readonly<Record<string, unknown>>;

const Before = z.object({
  students: z.array(z.string()).optional().catch(undefined),
  teachers: z.array(z.string()).optional().catch(undefined),
  roles: z
    .object({
      contact: z.object({
        student_relationships: z.array(z.object({ student: z.string().nullish() })).nullish(),
      }),
    })
    .optional()
    .catch(undefined),
});

/** The last state of an object. */
export type Last<C extends Collection> = {
  data: CleverObject<C>;
  at: string | undefined;
  isDeleted: boolean;
};

type LastOf = { [C in Collection]: Map<string, Last<C>> };

/**
 * What a run of events comes to: the last state of each object, whoever was in a section at any time, and students whose contacts may
 * have changed. Events are added in the order of Clever's log.
 */
export class Changes {
  readonly last: LastOf = {
    ...{ sections: new Map(), users: new Map(), courses: new Map() },
    ...{ terms: new Map(), schools: new Map(), districts: new Map() },
  };
  /** By section. */
  readonly everIn = new Map<string, { students: Set<string>; teachers: Set<string> }>();
  readonly relatives = new Set<string>();
  /** Why these events do not tell all that has changed. */
  unsure: string | undefined;
  #events = 0;

  add(event: unknown): void {
    this.#events++;
    if (this.#events > maxEvents) this.unsure ??= 'too many events';
    const parsed = Event.safeParse(event);
    if (!parsed.success) throw unexpected('/events', 'with an event of another form');
    const { type, created, data, previous_attributes } = parsed.data;
    const [record, action] = type.split('.');
    const collection = collections.find((one) => one === record);
    // Of what is no part of a roster: resources, attendance.
    if (collection === undefined) return;
    const object = objects[collection].safeParse(data.object);
    if (!object.success) throw unexpected('/events', `with an object of another form (${type})`);
    const before = action === 'updated' ? (data.previous_attributes ?? previous_attributes) : {};
    if (collection === 'sections') this.#noteMembers(object.data as Section, before ?? undefined);
    if (collection === 'users')
      this.#noteRelatives(object.data as CleverObject<'users'>, before ?? undefined);
    const last = { data: object.data, at: created, isDeleted: action === 'deleted' };
    // The schema of this very collection.
    (this.last[collection] as Map<string, unknown>).set(object.data.id, last);
  }

  #noteMembers(section: Section, attributes: Before | undefined): void {
    // Nobody could say who has left.
    if (attributes === undefined) this.unsure ??= 'a changed section without its former state';
    const before = Before.parse(attributes ?? {});
    const known = this.last.sections.get(section.id);
    const was = before.students ?? section.students;
    // Somebody came or went in an event that is not in the log.
    if (known && !known.isDeleted && !isSame(known.data.students, was)) this.unsure ??= 'a gap in the events';
    const ever = this.everIn.get(section.id) ?? { students: new Set(), teachers: new Set() };
    for (const id of [...(before.students ?? []), ...(section.students ?? [])]) ever.students.add(id);
    for (const id of [...(before.teachers ?? []), ...teachersOf(section)]) ever.teachers.add(id);
    const formerTeacher = attributes?.teacher;
    if (typeof formerTeacher === 'string' && formerTeacher !== '') ever.teachers.add(formerTeacher);
    this.everIn.set(section.id, ever);
  }

  #noteRelatives(user: CleverObject<'users'>, attributes: Before | undefined): void {
    const { contact, student } = user.roles ?? {};
    if (contact && attributes === undefined) this.unsure ??= 'a changed contact without its former state';
    const before = Before.parse(attributes ?? {}).roles?.contact.student_relationships ?? [];
    for (const { student } of [...(contact?.student_relationships ?? []), ...before]) {
      if (student) this.relatives.add(student);
    }
    if (student) this.relatives.add(user.id);
  }
}

/** The primary one first. */
export function teachersOf({ teacher, teachers = [] }: Pick<Section, 'teacher' | 'teachers'>): string[] {
  return [...new Set([...(teacher === undefined ? [] : [teacher]), ...teachers])];
}

function isSame(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (a === undefined || b === undefined) return true;
  const ids = new Set(a);
  return ids.size === new Set(b).size && b.every((id) => ids.has(id));
}
