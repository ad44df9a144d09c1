import { readFile } from 'node:fs/promises';
import { isAlias, LineCounter, parseDocument } from 'yaml';
import type { Catalogue, CatalogueSet } from '../shared/access/catalogue.ts';
import { unknownNames } from '../shared/access/catalogue-test/run-tests.ts';
import { CatalogueTests } from '../shared/access/catalogue-test/test-file.ts';
import { type Finding, finding } from '../shared/access/lint/finding.ts';
import type { Place } from '../shared/access/lint/json-places.ts';
import { lintCatalogueText, type PlacedFinding } from '../shared/access/lint/lint-catalogue.ts';
import { readAs } from '../shared/access/lint/read-as.ts';
import { valueAt } from '../shared/access/lint/schema-findings.ts';
import { applyOverlay } from '../shared/access/overlays.ts';
import { shippedCatalogues } from '../shared/access/shipped-catalogues.ts';
import { CommandFailed } from './failures.ts';

/** A file that can't be what it should be; each finding has its place. */
export class FileRefused extends CommandFailed {
  override name = 'FileRefused';
  readonly file: string;
  readonly findings: readonly PlacedFinding[];

  constructor(file: string, findings: readonly PlacedFinding[]) {
    super(findingsText(file, findings));
    this.file = file;
    this.findings = findings;
  }
}

/** `file:line:column  path  message` and the hint below, as editors and terminals make links of. */
export function findingsText(file: string, findings: readonly PlacedFinding[]): string {
  return findings
    .map(({ path, message, hint, line, column }) => {
      const place = line === undefined ? file : `${file}:${line}:${column}`;
      return `${place}  ${path}\n  ${message}\n  ${hint}`;
    })
    .join('\n');
}

/** @throws {CommandFailed} where there is no such file */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new CommandFailed(`There is no file ${file} that can be read.`, { cause });
  }
}

/**
 * A catalogue as it is named on the command line: a file or the id of a shipped system, and after `+` overlays that are on.
 * @throws {FileRefused} where the file is no catalogue
 * @throws {CommandFailed} where there is no such system, file or overlay
 */
export async function catalogueNamed(name: string): Promise<Catalogue> {
  const [base = '', ...overlays] = name.split('+');
  const catalogue = shippedCatalogues.get(base) ?? (await catalogueIn(base));
  return overlays.reduce((before, wanted) => {
    const overlay = catalogue.overlays.find((one) => one.name === wanted);
    if (overlay !== undefined) return applyOverlay(before, overlay);
    const known = catalogue.overlays.map((one) => one.name).join(', ');
    throw new CommandFailed(`${base} has no overlay "${wanted}"; it has ${known === '' ? 'none' : known}.`);
  }, catalogue);
}

async function catalogueIn(file: string): Promise<Catalogue> {
  const text = await readText(file).catch((cause: unknown) => {
    const systems = [...shippedCatalogues.keys()].join(', ');
    throw new CommandFailed(`"${file}" is neither a file nor a shipped system (${systems}).`, { cause });
  });
  const linted = lintCatalogueText(text);
  if (!('catalogue' in linted)) throw new FileRefused(file, linted.findings);
  return linted.catalogue;
}

/** The shipped catalogues, with one in the place of its system, or beside them. */
export function withCatalogue(catalogue: Catalogue): CatalogueSet {
  return new Map([...shippedCatalogues, [catalogue.system, catalogue]]);
}

/** A test file, and the line that each check begins in. */
export type TestFile = { tests: CatalogueTests; lines: readonly number[] };

/** @throws {FileRefused} where the text is no such file, with every reason. */
export function readTests(file: string, text: string, catalogues: CatalogueSet): TestFile {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const broken = document.errors.map(({ message, pos: [offset] }): PlacedFinding => {
    const [what = ''] = message.split('\n');
    const { line, col } = counter.linePos(offset);
    return {
      ...finding([], `This is not YAML: ${what}`, 'Look at indents, colons and quotes there.'),
      line,
      column: col,
    };
  });
  if (broken.length > 0) throw new FileRefused(file, broken);
  const placeOf = (path: readonly PropertyKey[]): Place | undefined => {
    const node = document.getIn(
      path.map((part) => (typeof part === 'symbol' ? part.toString() : part)),
      true,
    );
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    if (isAlias(node) || !Array.isArray(range))
      return path.length === 0 ? undefined : placeOf(path.slice(0, -1));
    const { line, col } = counter.linePos(Number(range[0]));
    return { line, column: col };
  };
  const json: unknown = document.toJS();
  const placed = (one: Finding): PlacedFinding => {
    const path = partsOf(one.path);
    // YAML takes what follows a comma inside { } for a member without a value.
    const isCutOff =
      path.length > 0 && valueAt(json, path) === null && one.message.startsWith('Nothing is called');
    const hint = isCutOff ? 'If it belongs to the words before it, put quotes around them all.' : one.hint;
    return { ...one, hint, ...placeOf(path) };
  };
  const { value, findings } = readAs(CatalogueTests, json, (tests) => unknownNames(catalogues, tests));
  if (value === undefined) throw new FileRefused(file, findings.map(placed));
  return { tests: value, lines: value.check.map((_, i) => placeOf(['check', i])?.line ?? 1) };
}

/** The parts of a JSON pointer; digits are places in a list. */
function partsOf(path: string): (string | number)[] {
  const parts = path.split('/').slice(1);
  return parts.map((part) =>
    /^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~'),
  );
}
