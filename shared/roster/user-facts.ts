import type { UserFact, UserFacts } from './records.ts';

/** What rows say of one person, together, whatever their order. Of two statuses of a year the one that comes first by its letters counts. */
export function factsOf(rows: readonly UserFact[]): UserFacts {
  const of = <F extends UserFact['fact']>(fact: F) =>
    // Of the kind that was asked for.
    rows.filter((row) => row.fact === fact) as Extract<UserFact, { fact: F }>[];
  const statuses = of('status').sort((a, b) => (a.status < b.status ? 1 : -1));
  return {
    ...some(
      'relations',
      of('relation').map(({ id, relationship }) => ({ id, relationship })),
    ),
    ...some(
      'applicants',
      of('applicant').map(({ id, relationship, status }) => ({ id, relationship, status })),
    ),
    ...some(
      'evaluates',
      of('evaluates').map(({ id }) => id),
    ),
    ...some(
      'tags',
      of('tag').map(({ tag }) => tag),
    ),
    ...some(
      'attributes',
      of('attribute').map(({ fact: _, ...attribute }) => attribute),
    ),
    ...(statuses.length === 0
      ? {}
      : { statuses: sorted(Object.fromEntries(statuses.map(({ year, status }) => [year, status]))) }),
    ...(of('donor').length === 0 ? {} : { donor: true as const }),
  };
}

function some<F extends string, T>(field: F, values: readonly T[]): { [K in F]?: T[] } {
  const byJson = new Map(values.map((value) => [JSON.stringify(value), value]));
  const distinct = [...byJson].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  // The one field that the name says.
  return (distinct.length === 0 ? {} : { [field]: distinct }) as { [K in F]?: T[] };
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
