import * as z from 'zod';
import { RequestError } from '../errors.ts';
import { type Catalogue, Overlay } from './catalogue.ts';
import { parseCatalogue } from './parse-catalogue.ts';

const place = '/overlays/0';
const Cited = z.object({ document: z.object({ id: z.string() }) });

/**
 * Reads an overlay for a catalogue by what a catalogue's own overlays have to be; beside the catalogue's document it may cite one of
 * its own.
 * @throws {RequestError} `overlay-invalid`, with a JSON pointer and a hint for each problem
 */
export function parseOverlay(json: Record<string, unknown>, name: string, catalogue: Catalogue): Overlay {
  const { system: _, settings = [], ...rest } = json;
  const overlay = { ...rest, settings, name };
  const cited = Cited.safeParse(json);
  const inPlace = cited.success ? citing(overlay, cited.data.document.id, catalogue.document.id) : overlay;
  try {
    parseCatalogue({ ...catalogue, overlays: [inPlace] }, name);
    return Overlay.parse(overlay);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const fields = error.fields.map(({ pointer, detail }) => ({
      pointer: pointer.startsWith(place) ? pointer.slice(place.length) : pointer,
      detail,
    }));
    const [first] = fields;
    const message = `${name} is not an overlay for ${catalogue.system}: ${first?.pointer} ${first?.detail}`;
    throw new RequestError('unprocessable', 'overlay-invalid', message, { fields, cause: error });
  }
}

/** The same with each source line of one document as one of another. */
function citing(value: unknown, from: string, to: string): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, member: unknown) =>
      key === 'source' && Array.isArray(member)
        ? member.map((line: unknown) =>
            typeof line === 'string' && line.startsWith(`${from}:`)
              ? `${to}${line.slice(from.length)}`
              : line,
          )
        : member,
    ),
  );
}
