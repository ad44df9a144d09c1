import { Catalogue } from '../catalogue.ts';
import { type Finding, finding } from './finding.ts';
import { type Place, placesIn } from './json-places.ts';
import { nameFindings } from './names.ts';
import { reachFindings } from './reach.ts';
import { readAs } from './read-as.ts';

export type Linted = { catalogue: Catalogue; findings: readonly [] } | { findings: readonly Finding[] };

/** All that is wrong with what a catalogue file holds. */
export function lintCatalogue(json: unknown): Linted {
  const { value, findings } = readAs(Catalogue, json, nameFindings);
  if (value === undefined) {
    const { data } = Catalogue.safeParse(json);
    return { findings: data === undefined ? findings : [...findings, ...reachFindings(data)] };
  }
  const unreached = reachFindings(value);
  return unreached.length === 0 ? { catalogue: value, findings: [] } : { findings: unreached };
}

export type PlacedFinding = Finding & Partial<Place>;

/** The same of the file's text, with lines, and with the members that JSON drops because they stand twice. */
export function lintCatalogueText(
  text: string,
): { catalogue: Catalogue; findings: readonly [] } | { findings: readonly PlacedFinding[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      findings: [finding([], `This is not JSON: ${why}.`, 'Mend the text there; an editor shows the place.')],
    };
  }
  const { places, duplicates } = placesIn(text);
  const twice = duplicates.map(({ path, key, first, second }): PlacedFinding => {
    const message = `"${key}" stands twice in one object; the first, in line ${first.line}, would be dropped.`;
    return { path, message, hint: 'Keep one of them.', ...second };
  });
  const linted = lintCatalogue(json);
  if (twice.length === 0 && 'catalogue' in linted) return linted;
  const placed = linted.findings.map((one): PlacedFinding => ({ ...one, ...placeOf(one.path, places) }));
  return { findings: [...twice, ...placed].sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

/** Of what is missing, the place of what it is missing in. */
function placeOf(path: string, places: ReadonlyMap<string, Place>): Place | undefined {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = places.get(at);
    if (place !== undefined || at === '') return place;
  }
}
