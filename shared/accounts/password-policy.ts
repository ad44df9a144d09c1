/** NIST SP 800-63B-4, 3.1.1.2: by itself a password has fifteen characters, beside a second factor eight; more than 64 may be typed. */
export const passwordLengths = { alone: 15, besideSecondFactor: 8, most: 1024 } as const;

const messages = {
  'too-short': 'Use at least {characters} characters: several words make a good password.',
  'too-long': 'Use at most {characters} characters.',
  common: 'Many people use this password; choose another.',
  repeated: 'The same again and again is easy to guess; use different words.',
  sequence: 'Characters in their order are easy to guess; use different words.',
  personal:
    'This is mostly your name, your address or your school; use words that have nothing to do with you.',
} as const;
export type PasswordProblemCode = keyof typeof messages;
export type PasswordProblem = { code: PasswordProblemCode; message: string };

function problem(code: PasswordProblemCode, characters = 0): PasswordProblem {
  return { code, message: messages[code].replace('{characters}', String(characters)) };
}

export type PolicyGiven = {
  hasSecondFactor: boolean;
  /** What anybody would try first, in lower case. */
  common: ReadonlySet<string>;
  /** What is known of the person: username, the e-mail's local part, names of the district. */
  context: readonly string[];
};

/** Whether it is good only beside a second factor. */
export function isShort(password: string): boolean {
  return lengthOf(password.normalize('NFKC')) < passwordLengths.alone;
}

function lengthOf(text: string): number {
  return [...text].length;
}

/**
 * What is wrong with a password, in words that say what to do; `undefined` for a good one. There are no rules of composition and no
 * expiry: length, and what attackers try first, are all that counts. Source: NIST SP 800-63B-4, 3.1.1.2.
 */
export function passwordProblem(password: string, given: PolicyGiven): PasswordProblem | undefined {
  const text = password.normalize('NFKC');
  const length = lengthOf(text);
  const { alone, besideSecondFactor, most } = passwordLengths;
  const least = given.hasSecondFactor ? besideSecondFactor : alone;
  if (length < least) return problem('too-short', least);
  if (length > most) return problem('too-long', most);
  const plain = text.toLowerCase();
  const forms = [plain, plain.replace(/[\s\p{P}]+/gu, '')];
  if (forms.some((form) => isCommon(form, given.common))) return problem('common');
  if (forms.some((form) => [...(repeatedUnit(form) ?? form)].length < Math.min(least, [...form].length))) {
    return problem('repeated');
  }
  if (forms.some(isRun)) return problem('sequence');
  if (isMostlyContext(plain, given.context)) return problem('personal');
  return undefined;
}

/** The shortest text that it is a repetition of, the last time perhaps cut off. */
function repeatedUnit(text: string): string | undefined {
  const characters = [...text];
  for (let size = 1; size <= characters.length / 2; size += 1) {
    if (characters.every((one, at) => one === characters[at % size]))
      return characters.slice(0, size).join('');
  }
  return undefined;
}

const rows = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'abcdefghijklmnopqrstuvwxyz'];

/** Whether nearly each character is the neighbour of the one before: of a keyboard's row, the alphabet, or the digits. */
function isRun(text: string): boolean {
  const characters = [...text];
  const steps = characters.slice(1).filter((one, at) => areNeighbours(characters[at] ?? '', one)).length;
  return steps >= 0.8 * (characters.length - 1);
}

function areNeighbours(one: string, next: string): boolean {
  if (one === next) return true;
  return rows.some((row) => {
    const [from, to] = [row.indexOf(one), row.indexOf(next)];
    if (from < 0 || to < 0) return false;
    const apart = Math.abs(from - to);
    return apart === 1 || apart === row.length - 1;
  });
}

/** Whether fewer than eight characters are left without what anybody knows of the person. */
function isMostlyContext(text: string, context: readonly string[]): boolean {
  const words = context
    .flatMap((one) =>
      one
        .normalize('NFKC')
        .toLowerCase()
        .split(/[\s@._+-]+/u),
    )
    .filter((word) => word.length >= 4)
    .toSorted((one, other) => other.length - one.length);
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), text);
  return rest !== text && [...rest].length < passwordLengths.besideSecondFactor;
}

/** Whether it is one, or the same one repeated, but for up to three characters at its ends. */
function isCommon(text: string, common: ReadonlySet<string>): boolean {
  const characters = [...text];
  for (let before = 0; before <= 3; before += 1) {
    for (let after = 0; before + after <= 3; after += 1) {
      const middle = characters.slice(before, characters.length - after).join('');
      if (common.has(middle) || common.has(repeatedUnit(middle) ?? '')) return true;
    }
  }
  return false;
}
