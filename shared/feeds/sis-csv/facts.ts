import type { FeedRow } from '../../roster/feed-reading.ts';
import type { MadeRow, Maker } from '../as-oneroster/convert.ts';
import type { CsvSource, SourceRow } from '../as-oneroster/source.ts';
import { showId } from '../mask.ts';
import { problemOf } from '../problem-texts.ts';
import type { Applicants } from './applicants.ts';
import * as sources from './sources.ts';

type Cells = SourceRow['cells'];
type Problem = Extract<FeedRow, { kind: 'problem' }>['problem'];

/** What no standard carries, for role systems that ask for it. */
export function factMakers(applicants: Applicants): Maker[] {
  return [
    ...householdMakers(applicants),
    // Read before, and here for its rows to be counted.
    { table: 'applicants', source: sources.applicants, *make() {} },
    evaluatorMaker(applicants),
    {
      ...{ table: 'statuses', source: sources.statuses },
      columns: { userSourcedId: 'person_id', year: 'school_year', recordStatus: 'status' },
      *make({ cells: { person_id = '', school_year = '', status = '' } }) {
        yield { userSourcedId: person_id, year: school_year, recordStatus: status };
      },
    },
    {
      ...{ table: 'attributes', source: sources.attributes },
      columns: { userSourcedId: 'person_id', year: 'school_year' },
      *make({ cells: { person_id = '', name = '', school_year = '' } }) {
        yield { userSourcedId: person_id, name, year: school_year };
      },
    },
    {
      ...{ table: 'tags', source: sources.tags, columns: { userSourcedId: 'person_id' } },
      *make({ cells: { person_id = '', tag = '' } }) {
        yield { userSourcedId: person_id, tag };
      },
    },
    {
      ...{ table: 'donors', source: sources.donors, columns: { userSourcedId: 'person_id' } },
      *make({ cells: { person_id = '' } }) {
        yield { userSourcedId: person_id };
      },
    },
  ];
}

/** Each row is of one student or of one applicant. A student names the adult as an agent, as in any format. */
function householdMakers(applicants: Applicants): Maker[] {
  const source = sources.households;
  const columns = {
    ...{ userSourcedId: 'adult_id', agentSourcedId: 'adult_id' },
    ...{ studentSourcedId: 'student_id', applicantSourcedId: 'applicant_id' },
  };
  return [
    {
      ...{ table: 'agents', source, columns: { ...columns, userSourcedId: 'student_id' } },
      *make({ cells, line }, made) {
        const { adult_id = '', student_id, applicant_id } = cells;
        if ((student_id === undefined) === (applicant_id === undefined)) {
          const place = { file: source.name, row: line, column: 'student_id' };
          made.report(
            problemOf('one-of-two', 'error', { ...place, detail: 'applicant_id' }),
            asWas(adult_id),
          );
        } else if (student_id !== undefined) yield { userSourcedId: student_id, agentSourcedId: adult_id };
      },
    },
    {
      ...{ table: 'relations', source, columns },
      *make({ cells }) {
        if (cells.student_id === undefined || cells.applicant_id !== undefined) return;
        yield { ...adultOf(cells), studentSourcedId: cells.student_id };
      },
    },
    {
      ...{ table: 'applicants', source, columns },
      *make({ cells, line }, made) {
        const { adult_id = '', student_id, applicant_id } = cells;
        if (applicant_id === undefined || student_id !== undefined) return;
        const status = applicants.statusOf(applicant_id);
        if (status === undefined)
          made.report(noApplicant(source, { line, id: applicant_id }), asWas(adult_id));
        else yield { ...adultOf(cells), applicantSourcedId: applicant_id, recordStatus: status };
      },
    },
  ];
}

function evaluatorMaker(applicants: Applicants): Maker {
  const source = sources.evaluators;
  return {
    ...{ table: 'evaluators', source },
    columns: { userSourcedId: 'person_id', applicantSourcedId: 'applicant_id' },
    *make({ cells: { person_id = '', applicant_id = '' }, line }, made) {
      if (applicant_id !== '' && applicants.statusOf(applicant_id) === undefined)
        made.report(noApplicant(source, { line, id: applicant_id }), asWas(person_id));
      else yield { userSourcedId: person_id, applicantSourcedId: applicant_id };
    },
  };
}

/** A bad row leaves its person as they were. */
function asWas(userId: string) {
  return userId === '' ? undefined : ({ entity: 'users', sourcedId: userId, part: true } as const);
}

function noApplicant(source: CsvSource, { line, id }: { line: number; id: string }): Problem {
  const place = { file: source.name, row: line, column: 'applicant_id', value: showId(id) };
  return problemOf('dangling-reference', 'error', { ...place, detail: sources.applicants.name });
}

/** `Parent` decides in pcr, and is meant however it is written. */
function adultOf({ adult_id = '', relationship = '' }: Cells): MadeRow {
  const known = ['Parent', 'Guardian', 'Relative'].find(
    (word) => word.toLowerCase() === relationship.toLowerCase(),
  );
  return { userSourcedId: adult_id, relationship: known ?? relationship };
}
