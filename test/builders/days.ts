import fc from 'fast-check';

/** Every zone that the machine knows, those with odd offsets, skipped days and changes at midnight among them. */
const zones: readonly string[] = Intl.supportedValuesOf('timeZone');
export const zone = fc.constantFrom(...zones);

const hour = 3_600_000;
/** Instants around which days are easily miscounted, milliseconds since the epoch. */
const trickyInstant = fc
  .record({
    year: fc.integer({ min: 2015, max: 2040 }),
    // Around 29 December to 3 January, leap days, and the changes of clocks north and south.
    place: fc.constantFrom(
      '12-29',
      '12-31',
      '01-01',
      '01-03',
      '02-28',
      '03-01',
      '03-08',
      '03-29',
      '10-25',
      '11-01',
    ),
    hours: fc.integer({ min: -48, max: 48 }),
    milliseconds: fc.constantFrom(-1, 0, 1, 1_799_999, 1_800_000),
  })
  .map(
    ({ year, place, hours, milliseconds }) =>
      Date.parse(`${year}-${place}T00:00:00Z`) + hours * hour + milliseconds,
  );
const anyInstant = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) });
export const instant = fc.oneof(trickyInstant, anyInstant).map((at) => new Date(at));

/** A day by its number since 1 January 1970, as text. */
export function dayOf(number: number): string {
  return new Date(number * 24 * hour).toISOString().slice(0, 10);
}
function numberOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / (24 * hour);
}

/** Days near year ends and leap days, and any others, by number. */
export const dayNumber = fc.oneof(
  instant.map((at) => Math.floor(at.getTime() / (24 * hour))),
  fc
    .constantFrom('2024-02-29', '2026-12-29', '2026-12-31', '2027-01-01', '2027-01-03', '2028-02-29')
    .map(numberOf),
);
