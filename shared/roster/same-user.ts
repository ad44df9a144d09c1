import { baseKey, loginKey, matchKey } from './match-key.ts';
import type { User } from './records.ts';

/** What of a user another record of the same person would have too; keys, not values. */
export type Traits = {
  name: string;
  baseName: string;
  /** Spellings of each part, the preferred one too. */
  given: string[];
  family: string[];
  /** Independent of the name. */
  identifier?: string;
  master?: string;
  birthDate?: string;
  userIds: ReadonlyMap<string, string>;
  username?: string;
  email?: string;
  /** Absent where no role is known. */
  isStudent?: boolean;
};

export function traitsOf(user: User): Traits {
  const { givenName, familyName, identifier, userMasterIdentifier: master, username, email } = user;
  const birthDate = user.demographics?.birthDate;
  const spelt = (...names: (string | undefined)[]) =>
    names.map((name) => baseKey(name ?? '')).filter(Boolean);
  return {
    name: nameOf(user, matchKey),
    baseName: nameOf(user, baseKey),
    given: spelt(givenName, user.preferredGivenName),
    family: spelt(familyName, user.preferredFamilyName),
    ...(identifier === undefined ? {} : { identifier: matchKey(identifier) }),
    ...(master === undefined ? {} : { master: matchKey(master) }),
    ...(birthDate === undefined ? {} : { birthDate }),
    userIds: new Map(user.userIds?.map(({ type, identifier: id }) => [matchKey(type), matchKey(id)])),
    ...(username === undefined ? {} : { username: loginKey(username) }),
    ...(email === undefined ? {} : { email: loginKey(email) }),
    ...(user.roles.length === 0 ? {} : { isStudent: user.roles.some(({ role }) => role === 'student') }),
  };
}

/** Empty where either part is blank: who has no name is not known by it. */
function nameOf({ givenName, familyName }: User, key: (text: string) => string): string {
  const [given, family] = [key(givenName), key(familyName)];
  return given === '' || family === '' ? '' : `${given}\t${family}`;
}

type Compared = { agrees: string[]; contradicts: string[] };

/** Numbers that an office gave, and the day of birth: a name or login can change, these do not. */
function lasting(a: Traits, b: Traits): Compared {
  const out: Compared = { agrees: [], contradicts: [] };
  const compare = (fact: string, one: string | undefined, other: string | undefined) => {
    if (one === undefined || other === undefined) return;
    (one === other ? out.agrees : out.contradicts).push(fact);
  };
  compare('identifier', a.identifier, b.identifier);
  compare('master identifier', a.master, b.master);
  compare('birth date', a.birthDate, b.birthDate);
  const shared = [...a.userIds].filter(([type]) => b.userIds.has(type));
  if (shared.some(([type, id]) => b.userIds.get(type) === id)) out.agrees.push('user id');
  else if (shared.length > 0) out.contradicts.push('user id');
  return out;
}

function isRoleOther(a: Traits, b: Traits): boolean {
  return a.isStudent !== undefined && b.isStudent !== undefined && a.isStudent !== b.isStudent;
}

/**
 * Which facts say that two records are one person's; undefined where they don't. A login says something beside the name, and nothing alone:
 * addresses are given out again.
 */
export function sameUser(a: Traits, b: Traits): string[] | undefined {
  const { agrees, contradicts } = lasting(a, b);
  if (contradicts.length > 0 || isRoleOther(a, b)) return undefined;
  const logins = [
    ...(a.username !== undefined && a.username === b.username ? ['username'] : []),
    ...(a.email !== undefined && a.email === b.email ? ['e-mail'] : []),
  ];
  const facts = [...agrees, ...logins];
  if (a.name !== '' && a.name === b.name) return facts.length > 0 ? ['name', ...facts] : undefined;
  if (a.baseName !== '' && a.baseName === b.baseName) {
    return agrees.length > 0 || logins.length > 1 ? ['name without marks', ...facts] : undefined;
  }
  const isNumbered = agrees.some((fact) => fact !== 'birth date');
  const isFamily = a.family.some((name) => b.family.includes(name));
  return isNumbered && isFamily ? ['family name', ...facts] : undefined;
}

/**
 * Whether an id that had one record now has another person's (decision 0023): nothing lasting agrees, and either both names are others and
 * something beside them contradicts, or one name is and two things do. A marriage, a typo or a new address alone never is.
 */
export function isAnother(before: Traits, after: Traits): boolean {
  const { agrees, contradicts } = lasting(before, after);
  if (agrees.length > 0) return false;
  const given = !isAlike(before.given, after.given);
  const family = !isAlike(before.family, after.family);
  if (!given && !family) return false;
  // First and last name in each other's column are no other name.
  if (isAlike(before.given, after.family) && isAlike(before.family, after.given)) return false;
  const against = contradicts.length + (isRoleOther(before, after) ? 1 : 0);
  if (given && family) return against > 0 || !areLoginsSame(before, after);
  return against > 1;
}

/** Both: one of them may be of a post, and go to whoever has it next. */
function areLoginsSame(a: Traits, b: Traits): boolean {
  const isSame = (one: string | undefined, other: string | undefined) => one !== undefined && one === other;
  return isSame(a.username, b.username) && isSame(a.email, b.email);
}

/** Whether one spelling may be another's: a blank, a short form, a part of a double name, a slip of a letter. */
function isAlike(some: readonly string[], others: readonly string[]): boolean {
  if (some.length === 0 || others.length === 0) return true;
  return some.some((one) => others.some((other) => isSpelling(one, other)));
}

function isSpelling(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long === short || (short.length >= 3 && long.startsWith(short))) return true;
  // Of a double name; not the little words that many names begin with.
  const words = new Set(short.split(/[ -]/));
  if (long.split(/[ -]/).some((word) => word.length >= 4 && words.has(word))) return true;
  const slips = long.length < 4 ? 0 : long.length < 8 ? 1 : 2;
  return long.length - short.length <= slips && distance(short, long) <= slips;
}

/** Letters put in, left out, changed or swapped with the next. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = (last[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      let least = Math.min(changed, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwapped) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[other.length] ?? 0;
}
