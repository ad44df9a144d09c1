import type { Maker } from '../as-oneroster/convert.ts';
import type { CsvSource, SourceRow } from '../as-oneroster/source.ts';
import type { OrgsOfPeople } from './orgs-of-people.ts';
import { extension, relationships, unknownWord, wordOf } from './words.ts';

type Contact = { studentId: string; contactId: string; said: string };
type Contacts = {
  columns: Readonly<Record<string, string>>;
  orgsOfStudents: OrgsOfPeople;
  contactOf(cells: SourceRow['cells']): Contact;
  /** Where the relationship stands. */
  column: string;
};

/**
 * A contact is an agent of the student, is to them what the row says, and has a role at the student's orgs, as contacts have none
 * of their own. Who has no relationship is an `Other`, as Microsoft has it.
 */
export function contactMakers(source: CsvSource, contacts: Contacts): Maker[] {
  const { columns, orgsOfStudents, contactOf, column } = contacts;
  const words = ({ said }: Contact) => wordOf(relationships, said === '' ? 'Other' : said);
  return [
    {
      ...{ table: 'roles', source, columns },
      *make({ cells }) {
        const contact = contactOf(cells);
        const role = roleOf(words(contact) ?? contact.said);
        for (const orgSourcedId of orgsOfStudents.of(contact.studentId))
          yield { userSourcedId: contact.contactId, roleType: 'primary', role, orgSourcedId };
      },
    },
    {
      ...{ table: 'agents', source, columns },
      *make({ cells, line }, made) {
        const contact = contactOf(cells);
        if (words(contact) === undefined)
          made.report(unknownWord(source.name, { row: line, column, value: contact.said }));
        yield { userSourcedId: contact.studentId, agentSourcedId: contact.contactId };
      },
    },
    {
      ...{ table: 'relations', source, columns },
      *make({ cells }, made) {
        const contact = contactOf(cells);
        // The row of the agent says what is wrong with it.
        if (!made.has('users', contact.studentId) || !made.has('users', contact.contactId)) return;
        const relationship = words(contact) ?? contact.said;
        yield { userSourcedId: contact.contactId, studentSourcedId: contact.studentId, relationship };
      },
    },
  ];
}

function roleOf(relationship: string): string {
  const role = relationship.toLowerCase();
  return ['parent', 'guardian', 'relative'].includes(role) ? role : extension(role);
}
