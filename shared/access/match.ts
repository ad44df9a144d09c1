import type { User, UserRole } from '../roster/records.ts';
import type { OrgFacts } from './facts.ts';
import type { Match, Words } from './mapping-rules.ts';

/** What rules look at beside a person's roles. */
export type MatchedPerson = Pick<User, 'roles' | 'title' | 'department' | 'grades'> & { userId: string };

/** Whether a match holds for one of a person's roles; `org` is the one it is held at. */
export function matches(match: Match, person: MatchedPerson, at: { held: UserRole; org: OrgFacts }): boolean {
  return (
    (match.roles?.includes(at.held.role) ?? true) &&
    (match.orgTypes?.includes(at.org.type) ?? true) &&
    (match.orgs?.includes(at.held.orgId) ?? true) &&
    (match.grades?.some((grade) => person.grades?.includes(grade)) ?? true) &&
    fits(match.title, person.title) &&
    fits(match.department, person.department)
  );
}

function fits(words: Words | undefined, text: string | undefined): boolean {
  if (words === undefined) return true;
  if (text === undefined) return false;
  return 'equals' in words
    ? folded(text) === folded(words.equals)
    : folded(text).includes(folded(words.contains));
}

/** Upper case tells fewer letters apart than lower case: `ß` is `SS`, and a final sigma is a sigma. */
function folded(text: string): string {
  return text.normalize('NFKC').toUpperCase().normalize('NFKC').trim().replace(/\s+/g, ' ');
}
