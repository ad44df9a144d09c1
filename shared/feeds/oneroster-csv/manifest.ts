import type { Problem } from '../../roster/feed-reading.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { readCsv } from '../csv-rows.ts';
import { showWord } from '../mask.ts';
import { problemOf, refusal } from '../problem-texts.ts';
import type { Version } from './vocabularies.ts';

export type Mode = 'absent' | 'bulk' | 'delta';

export type Manifest = {
  version: Version;
  /** By table name, as far as the manifest says. */
  modes: ReadonlyMap<string, Mode>;
  problems: Problem[];
};

export const manifestFile = 'manifest.csv';
/** Two dozen lines by the standard; whatever is far longer is no manifest. */
const maxLines = 1_000;

/** Every table of 1.1 and 1.2: only these may follow `file.`. */
export const tableNames = new Set(
  `academicSessions categories classes classResources courses courseResources demographics enrollments
  lineItemLearningObjectiveIds lineItems lineItemScoreScales orgs resources resultLearningObjectiveIds results
  resultScoreScales roles scoreScales userProfiles userResources users`.split(/\s+/),
);
const otherNames = new Set([
  'manifest.version',
  'oneroster.version',
  'source.systemName',
  'source.systemCode',
]);

/** What a set of 1.0 would say, which has no manifest: all seven files, in full. */
export const manifest10: Manifest = {
  version: '1.0',
  modes: new Map(
    ['orgs', 'academicSessions', 'courses', 'classes', 'users', 'demographics', 'enrollments'].map(
      (table) => [table, 'bulk'],
    ),
  ),
  problems: [],
};

/** @throws {FeedRejected} manifest-invalid, version-unsupported, and what any CSV file may be refused for */
export async function readManifest(file: FeedFile, limits: Limits): Promise<Manifest> {
  const properties = await readProperties(file, limits);
  const problems: Problem[] = [];
  const modes = new Map<string, Mode>();
  for (const [name, value] of properties) {
    const table = name.startsWith('file.') ? name.slice('file.'.length) : undefined;
    if (table !== undefined && tableNames.has(table)) modes.set(table, modeOf(name, value));
    else if (!otherNames.has(name)) {
      problems.push(
        problemOf('manifest-property-unknown', 'warning', { file: manifestFile, value: showWord(name) }),
      );
    }
  }
  checkManifestVersion(properties.get('manifest.version'));
  return { version: versionOf(properties.get('oneroster.version')), modes, problems };
}

async function readProperties(file: FeedFile, limits: Limits): Promise<Map<string, string>> {
  const properties = new Map<string, string>();
  let hasHeader = false;
  for await (const batch of readCsv(file, limits)) {
    for (const { line, cells } of batch) {
      if (cells.every((cell) => cell.trim() === '')) continue;
      const [name, value] = readProperty(cells, line);
      if (!hasHeader && `${name},${value}`.toLowerCase() !== 'propertyname,value') {
        throw invalid('it does not begin with propertyName,value', line);
      }
      if (properties.has(name)) throw invalid(`${showWord(name)} stands there twice`, line);
      if (hasHeader) properties.set(name, value);
      hasHeader = true;
    }
  }
  if (properties.size === 0) throw invalid('it is empty');
  return properties;
}

function readProperty(cells: readonly string[], line: number): [name: string, value: string] {
  const [name = '', value = '', ...more] = cells.map((cell) => cell.trim());
  if (line > maxLines) throw invalid('it is too long', line);
  if (name === '') throw invalid('a line has no name', line);
  if (more.some((cell) => cell !== '')) throw invalid('a line has more than a name and a value', line);
  return [name, value];
}

function modeOf(name: string, value: string): Mode {
  const mode = value.toLowerCase();
  if (mode === 'absent' || mode === 'bulk' || mode === 'delta') return mode;
  throw invalid(`${name} is ${showWord(value) || 'blank'}, not absent, bulk or delta`);
}

function checkManifestVersion(value: string | undefined): void {
  if (value === undefined || value === '') throw invalid('manifest.version is missing');
  // Exporters that keep it as a number write 1.
  if (!/^1(\.0)?$/.test(value)) {
    throw refusal('version-unsupported', {
      file: manifestFile,
      detail: `Manifest version ${showWord(value)}`,
    });
  }
}

function versionOf(value: string | undefined): Version {
  if (value === undefined || value === '') throw invalid('oneroster.version is missing');
  const [, version] = /^(1\.[12])(\.\d)?$/.exec(value) ?? [];
  if (version === '1.1' || version === '1.2') return version;
  throw refusal('version-unsupported', { file: manifestFile, detail: `OneRoster ${showWord(value)}` });
}

function invalid(detail: string, row?: number) {
  return refusal('manifest-invalid', { file: manifestFile, detail, ...(row !== undefined && { row }) });
}
