import { createHash } from 'node:crypto';
import type { Maker } from '../as-oneroster/convert.ts';
import { givenAndFamily } from '../as-oneroster/names.ts';
import type { SourceRow } from '../as-oneroster/source.ts';
import { showId } from '../mask.ts';
import { problemOf } from '../problem-texts.ts';
import { contentOf, students } from './files.ts';
import type { People } from './people.ts';
import { roleOfContact } from './words.ts';

type Cells = SourceRow['cells'];

/**
 * Whom the contact columns of a student's row mean: the id that the SIS gave, else what Clever goes by too: name and e-mail, else name and
 * phone, else name, type and relationship. The last say little, so there the student counts as well: two mothers of one name are not one.
 * A digest, as ids are shown and logged.
 */
export function contactKey(cells: Cells): string | undefined {
  const { Contact_sis_id, Contact_name, Contact_email, Contact_phone } = cells;
  if (Contact_sis_id !== undefined) return Contact_sis_id;
  if (Contact_name === undefined) return undefined;
  if (Contact_email !== undefined) return digestOf('email', Contact_name, Contact_email);
  const digits = Contact_phone?.replaceAll(/\D/g, '') ?? '';
  if (digits !== '') return digestOf('phone', Contact_name, digits);
  const { Contact_type = '', Contact_relationship = '', Student_id = '' } = cells;
  return digestOf('student', Contact_name, Contact_type, Contact_relationship, Student_id);
}

function digestOf(...parts: string[]): string {
  const text = parts.map((part) => part.normalize('NFC').toLowerCase().replaceAll(/\s+/g, ' '));
  return `contact/${createHash('sha256').update(JSON.stringify(text)).digest('hex').slice(0, 32)}`;
}

export function contactUsers(people: People): Maker {
  return {
    table: 'users',
    optional: ['username'],
    source: students,
    columns: {
      givenName: 'Contact_name',
      familyName: 'Contact_name',
      email: 'Contact_email',
      phone: 'Contact_phone',
    },
    *make({ cells, line }, made) {
      const key = contactKey(cells);
      const { Contact_name = '', Contact_email = '', Contact_phone = '' } = cells;
      if (key === undefined) {
        if (Contact_email === '' && Contact_phone === '') return;
        made.report(
          problemOf('contact-unnamed', 'warning', { file: students.name, row: line, column: 'Contact_name' }),
        );
        return;
      }
      const id = people.contactId(key);
      if (id === undefined) return;
      if (!people.contacts.isChosen(key, contentOf.contact(cells))) {
        const place = { file: students.name, row: line, column: 'Contact_name', value: showId(id) };
        made.report(problemOf('rows-disagree', 'warning', place));
        return;
      }
      if (made.knows('users', id)) return;
      yield {
        ...{ sourcedId: id, enabledUser: 'true', email: Contact_email, phone: Contact_phone },
        ...givenAndFamily(Contact_name),
      };
    },
  };
}

export function contactRoles(people: People): Maker {
  return {
    table: 'roles',
    source: students,
    columns: { orgSourcedId: 'School_id', userSourcedId: 'Contact_sis_id' },
    *make({ cells }) {
      const key = contactKey(cells);
      const id = key === undefined ? undefined : people.contactId(key);
      if (id === undefined) return;
      const orgSourcedId = cells.School_id ?? '';
      const role = roleOfContact(cells);
      yield { userSourcedId: id, roleType: 'primary', role, orgSourcedId };
    },
  };
}

export function contactAgents(people: People): Maker {
  return {
    table: 'agents',
    source: students,
    columns: { userSourcedId: 'Student_id', agentSourcedId: 'Contact_sis_id' },
    *make({ cells }) {
      const key = contactKey(cells);
      if (key === undefined) return;
      // Of a contact that is unclear nobody has the key: that is told, and the student stays as they were.
      yield { userSourcedId: cells.Student_id ?? '', agentSourcedId: people.contactId(key) ?? key };
    },
  };
}
