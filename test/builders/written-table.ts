import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { calculatedRoles } from '../../shared/access/calculated-roles.ts';
import type { Catalogue } from '../../shared/access/catalogue.ts';
import type { Assignment, Person, ReasonCode } from '../../shared/access/facts.ts';
import { anAssignment, aPerson } from './access-facts.ts';
import { answerTo, isAllowed, isCaught, mutantsOf, type TableCase } from './catalogue-table.ts';

/**
 * Tables of a role system as people write them, a case a line:
 *
 *     who, who | permission, permission | situation; situation | answer | line of the source document, line
 *
 * The answer is `may`, or the code of the denial. A reason must cite one of the lines, unless the line ends in `?`: there the
 * documents name none, and the nearest is given.
 */
export type Situation = Pick<TableCase, 'resource' | 'properties' | 'settings' | 'more' | 'district'>;

export type WrittenCase = TableCase & { line: string; cites: string[]; isSaidThere: boolean };

type Names = {
  /** Keyed by the words that lines use. */
  people: Readonly<Record<string, Person>>;
  situations: Readonly<Record<string, Situation>>;
};

export function casesOf({ people, situations }: Names, table: string): WrittenCase[] {
  return linesIn(table).flatMap((line) => {
    const [who = '', permissions = '', where = '', answer = '', sources = ''] = cellsOf(line);
    const cites = partsOf(sources, ',').map((source) => source.replace('?', ''));
    return partsOf(who, ',').flatMap((name) =>
      partsOf(permissions, ',').flatMap((permission) =>
        partsOf(where, ';').map((words): WrittenCase => {
          const expected = answer === 'may';
          return {
            ...lookUp(situations, words),
            subject: lookUp(people, name),
            permission,
            expected,
            ...(expected ? {} : { code: codeNamed(answer) }),
            line: `${name} | ${permission} | ${words} | ${answer} | ${sources}`,
            cites,
            isSaidThere: !sources.includes('?'),
          };
        }),
      ),
    );
  });
}

export function linesIn(table: string): string[] {
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

export function cellsOf(line: string): string[] {
  return line.split('|').map((cell) => cell.trim());
}

function partsOf(cell: string, separator: string): string[] {
  return cell.split(separator).map((part) => part.trim());
}

/** @throws where nothing has the name. */
export function lookUp<T>(names: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(names, name) ? names[name] : undefined;
  if (found === undefined) throw new Error(`The table speaks of "${name}", but nothing says what that is`);
  return found;
}

const denials: readonly ReasonCode[] = [
  'no-role',
  'out-of-scope',
  'condition',
  'not-effective',
  'expired',
  'suspended',
  'rule',
  'unknown-subject',
  'unknown-resource',
  'unknown-action',
];

function codeNamed(answer: string): ReasonCode {
  const code = denials.find((known) => known === answer);
  if (code === undefined) throw new Error(`"${answer}" is neither "may" nor the code of a denial`);
  return code;
}

/** What the catalogue answers otherwise than the table, in the table's words; compiled rows answer the same. */
export function misanswered(catalogue: Catalogue, cases: readonly WrittenCase[]): string[] {
  return cases.flatMap((one) => {
    const { decision, reason } = answerTo(catalogue, one);
    const isRight = decision === one.expected && (one.code === undefined || one.code === reason.code);
    const isCompiledRight = isAllowed(catalogue, one) === one.expected;
    const isExplained = decision ? reason.row !== undefined : (reason.missed ?? []).length > 0;
    const isCited =
      !one.isSaidThere || (reason.source === undefined ? !decision : one.cites.includes(reason.source));
    return isRight && isCompiledRight && isCited && isExplained
      ? []
      : [
          `${one.line} → ${reason.code} ${reason.source ?? ''}: ${reason.message}${isCompiledRight ? '' : ' Compiled rows answer otherwise.'}`,
        ];
  });
}

/** Small wrongs of the catalogue that no case tells from it, in words. */
export function uncaught(
  catalogue: Catalogue,
  cases: readonly WrittenCase[],
  vocabulary: Readonly<Record<string, readonly string[]>> = {},
): string[] {
  return mutantsOf(catalogue, vocabulary)
    .filter((mutant) => !isCaught(mutant.catalogue, mutant.permission, cases))
    .map(({ what }) => what);
}

/** Pairs of a permission and a role that no case asks of somebody who holds that role alone. */
export function unasked(catalogue: Catalogue, cases: readonly WrittenCase[]): string[] {
  const asked = new Set(cases.flatMap((one) => pairOf(catalogue, one)));
  return catalogue.rows.flatMap(({ permission }) =>
    catalogue.roles.map(({ id }) => `${permission}/${id}`).filter((pair) => !asked.has(pair)),
  );
}

/** Pairs that the table only allows: nothing shows where they end. */
export function neverDenied(catalogue: Catalogue, cases: readonly WrittenCase[]): string[] {
  const pairsThat = (expected: boolean) =>
    new Set(cases.filter((one) => one.expected === expected).flatMap((one) => pairOf(catalogue, one)));
  const denied = pairsThat(false);
  return [...pairsThat(true)].filter((pair) => !denied.has(pair));
}

function pairOf(catalogue: Catalogue, { subject, permission, district }: WrittenCase): string[] {
  const given = [...(subject.roster?.assignments ?? []), ...subject.manual];
  const calculated = calculatedRoles(catalogue, subject, { id: 'd-1', ...district });
  const roles = new Set([...given, ...calculated].map(({ role }) => role));
  return roles.size === 1 ? [...roles].map((role) => `${permission}/${role}`) : [];
}

/** The source documents lie beside the project; without them their tests are skipped, or fail where all are required. */
const folder = new URL('../../../shared/seeds/', import.meta.url);
export const skipsDocuments = !existsSync(folder) && process.env.ROLEBOOK_REQUIRE_ALL !== '1';

/** Cited lines that don't exist or are blank. */
export function citedInVain(cites: readonly string[]): string[] {
  const files = readdirSync(folder);
  return [...new Set(cites)].filter((cite) => {
    const [document = '', line = ''] = cite.split(':');
    const file = files.find((name) => name.startsWith(`${document}_`));
    if (file === undefined) return true;
    const lines = readFileSync(new URL(file, folder), 'utf8').split(/\r?\n/);
    return (lines[Number(line) - 1] ?? '').trim() === '';
  });
}

/** Somebody known to the roster who holds one role of the system, if any; `more` says what else is so. */
export function holderIn(system: string) {
  return (
    role: string,
    scope: Assignment['scope'],
    more: Partial<Person> & { dates?: Pick<Assignment, 'from' | 'until'>; id?: string } = {},
  ): Person => {
    const { dates = {}, id = 'u-1', ...others } = more;
    return { ...aPerson(id, {}, [anAssignment(role, scope, { system, ...dates })]), ...others };
  };
}
