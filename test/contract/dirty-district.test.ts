import { expect, test } from 'vitest';
import { type DistrictOptions, generateDistrict } from '../../cli/generate/district.ts';
import { madeSource } from '../builders/feed-files.ts';
import { readAll } from '../builders/oneroster-feed.ts';

/** What a kind of fault is told as, by the word that names it; the first that fits. Source: docs/feeds, decision 0003. */
const codes: readonly [RegExp, string][] = [
  [/^account-in-unknown|^course-of-unknown-account/, 'moved-to-district'],
  [/^course-of-unknown-term/, 'reference-left-out'],
  [/^student-of-unknown-grade/, 'grade-unknown'],
  [/unknown-(role|type|status)|role-unknown|another-kind/, 'unknown-value'],
  [/unknown/, 'dangling-reference'],
  [/^term-without-dates|^section-with-impossible-date/, 'term-without-dates'],
  [/date$/, 'bad-date'],
  [/without-school-year/, 'value-missing'],
  [/^contact-without-name/, 'contact-unnamed'],
  [/without-name/, 'name-missing'],
  [/bad-boolean/, 'bad-boolean'],
  [/row-too/, 'wrong-cell-count'],
  [/twice/, 'duplicate-id'],
  [/id-of-student/, 'id-of-two-people'],
];

/** The same term, and the same teacher, on another row is not told again. */
const toldOnce = new Set(['sections.csv term-without-dates', 'teachers.csv id-of-two-people']);

const sets = [
  ...(['1.0', '1.1', '1.2.0', '1.2.1'] as const).map(
    (version) => ({ format: 'oneroster-csv', version }) as const,
  ),
  ...(['1', '2', '2.1'] as const).map((version) => ({ format: 'sds-csv', version }) as const),
  ...[{ format: 'clever-csv' } as const, { format: 'canvas-csv' } as const, { format: 'sis-csv' } as const],
];

const district = { students: 1400, seed: 4 } as const satisfies DistrictOptions;

const read = (options: DistrictOptions) =>
  readAll(
    generateDistrict(options).files.map(({ file, lines }) => madeSource(file, lines)),
    { snapshot: true },
  );

test.each(sets)(
  'every fault planted in $format $version is told by its code, and good rows are as they were',
  async (set) => {
    const dirty = await read({ ...district, ...set, dirty: true });
    const { planted } = generateDistrict({ ...district, ...set, dirty: true });
    const told = dirty.problems.map(({ problem }) => `${problem.file} ${problem.code}`);
    const wanted = new Map<string, number>();
    for (const { label, file, rows } of planted) {
      const code = codes.find(([word]) => word.test(label))?.[1] ?? label;
      wanted.set(`${file} ${code}`, (wanted.get(`${file} ${code}`) ?? 0) + rows);
    }
    const short = [...wanted].flatMap(([what, rows]) => {
      const found = told.filter((one) => one === what).length;
      return found >= (toldOnce.has(what) ? 1 : rows) ? [] : `${what}: ${found} of ${rows}`;
    });
    expect(short).toEqual([]);
    const kept = new Map(
      dirty.records.map(({ entity, sourcedId, record }) => [`${entity} ${sourcedId}`, record]),
    );
    const good = (await read({ ...district, ...set })).records;
    const lost = good.filter(
      ({ entity, sourcedId, record }) =>
        JSON.stringify(kept.get(`${entity} ${sourcedId}`)) !== JSON.stringify(record),
    );
    expect(lost.map(({ entity, sourcedId }) => `${entity} ${sourcedId}`)).toEqual([]);
  },
);
