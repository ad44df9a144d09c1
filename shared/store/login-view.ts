import type {
  Attribute,
  LoginFacts,
  PersonFacts,
  RecordFacts,
  Related,
  StatusByYear,
  ToldFacts,
} from '../access/facts.ts';
import { type FactKey, type RecordKind, recordId } from '../access/named-keys.ts';
import { type StoredLogin, StoredManual, StoredRecord } from './access-items.ts';
import { itemIn, ownId, personFactsIn, type View } from './roster-view.ts';

/** What the logins of a person are tied to, read as far as it is known already: which items come next, and what they say. */

/** Logins of one person that a check reads, and that a person may have. */
export const mostLogins = 50;

/** Students and applicants of one household that a check reads at most. */
const mostRelated = 50;

/** The status that being a student of the roster stands for in pcr. */
const enrolled = 'Enrolled';

/** Keys of what has to be read besides, for a person or login; each round shows the next. `deep`: records count too. */
export function nextKeys(view: View, id: string, deep: boolean): FactKey[] {
  const { login, loginOf, logins } = manualIn(view, id);
  const person: FactKey[] = [
    ...(loginOf === undefined ? [] : [loginOf]),
    ...recordsOf(view, loginOf ?? id),
  ].map((of) => ({ kind: 'person', id: of }));
  if (!deep) return person;
  const tied = Object.entries(logins).slice(0, mostLogins);
  return [
    ...person,
    ...tied.map(([loginId]): FactKey => ({ kind: 'person', id: loginId })),
    ...(login === undefined ? [] : recordKeys(view, { id, login, person: loginOf })),
    ...tied.flatMap(([loginId, one]) => recordKeys(view, { id: loginId, login: one, person: id })),
  ];
}

/** The record that a person goes by, and their others. */
export function recordsOf(view: View, id: string): string[] {
  const own = personFactsIn(view, id);
  const main = own?.same === undefined ? own : personFactsIn(view, own.same);
  return [...(own?.same === undefined ? [] : [own.same]), ...(main?.also ?? [])];
}

export type Login = { id: string; login: LoginFacts; records: RecordFacts };

export type Tie = { id: string; login: LoginFacts; person: string | undefined };

function recordKeys(view: View, { id, login, person }: Tie): FactKey[] {
  const { profile } = login;
  const keys = (kind: RecordKind, of: string): FactKey[] =>
    idsOf(view, of).map((one) => ({ kind: 'record', id: recordId(kind, one) }));
  const persons = (of: string): FactKey[] => idsOf(view, of).map((one) => ({ kind: 'person', id: one }));
  const evaluators = [id, ...(person === undefined ? [] : [person])].flatMap((of) => keys('evaluator', of));
  if (profile === undefined || profile.kind === 'staff') return evaluators;
  const own = [...keys(profile.kind, profile.id), ...persons(profile.id)];
  if (profile.kind !== 'household') return [...evaluators, ...own];
  const { students, applicants } = householdIn(view, profile.id);
  return [
    ...evaluators,
    ...own,
    ...students.flatMap((one) => [...keys('student', one.id), ...persons(one.id)]),
    ...applicants.flatMap((one) => keys('applicant', one.id)),
  ];
}

/** A login that a person would have: which items it takes, and what they say. */
export function supposedKeys(view: View, tie: Tie): FactKey[] {
  return recordKeys(view, tie);
}

export function supposedLogin(view: View, tie: Tie): Login {
  return { id: tie.id, login: tie.login, records: recordsIn(view, tie) };
}

/** The login that the id is, or those of the person that it is; none where nobody made one. */
export function loginsIn(view: View, id: string): Login[] {
  const { login, loginOf, logins } = manualIn(view, id);
  const ties: Tie[] = [
    ...(login === undefined ? [] : [{ id, login, person: loginOf }]),
    ...Object.entries(logins)
      .slice(0, mostLogins)
      .map(([loginId, one]) => ({ id: loginId, login: one, person: id })),
  ];
  return ties.map((tie) => ({
    id: tie.id,
    login: { ...tie.login, ...mailIn(view, tie.login) },
    records: recordsIn(view, tie),
  }));
}

export function manualIn(view: View, id: string): StoredManual {
  return StoredManual.parse(itemIn(view, { kind: 'person', id }) ?? {});
}

function recordsIn(view: View, { id, login, person }: Tie): RecordFacts {
  const { profile } = login;
  const evaluates = [id, ...(person === undefined ? [] : [person])].flatMap(
    (of) => keptIn(view, 'evaluator', of)?.applicants ?? toldOf(view, of).evaluates ?? [],
  );
  const own = profile === undefined ? {} : ownRecords(view, profile);
  return { ...own, ...(evaluates.length === 0 ? {} : { evaluates }) };
}

function ownRecords(view: View, { kind, id }: NonNullable<LoginFacts['profile']>): RecordFacts {
  switch (kind) {
    case 'student': {
      const status = statusIn(view, id);
      const { attributes = toldOf(view, id).attributes } = keptIn(view, 'student', id) ?? {};
      return {
        ...(status === undefined ? {} : { student: { id: mainOf(view, id), status } }),
        ...(attributes === undefined ? {} : { attributes }),
      };
    }
    case 'household': {
      const { students, applicants, attributes } = householdIn(view, id);
      return {
        household: {
          students: students.map((one) => ({
            ...one,
            id: mainOf(view, one.id),
            status: statusIn(view, one.id) ?? {},
          })),
          applicants: applicants.flatMap(({ id: applicantId, relationship, status: told }) => {
            const status = keptIn(view, 'applicant', applicantId)?.status ?? told;
            return status === undefined ? [] : [{ id: applicantId, relationship, status }];
          }),
        },
        ...(attributes === undefined ? {} : { attributes }),
      };
    }
    case 'donor': {
      const { attributes = toldOf(view, id).attributes } = keptIn(view, 'donor', id) ?? {};
      return attributes === undefined ? {} : { attributes };
    }
    case 'staff':
      return {};
    default:
      return kind satisfies never;
  }
}

type Household = {
  students: Related[];
  /** `status`: as the feed says, where the applicant has no record. */
  applicants: (Related & { status?: string })[];
  attributes?: Attribute[];
};

/** The id that the person goes by whom a profile or record names by any of theirs. */
function mainOf(view: View, id: string): string {
  const main = ownId(view, { kind: 'person', id });
  // What a feed's own id leads to may itself go by another.
  return ownId(view, { kind: 'person', id: main });
}

/** All ids of one person, as far as they are read: the named one, which counts most, the main one and the others. */
function idsOf(view: View, id: string): string[] {
  const main = mainOf(view, id);
  return [...new Set([id, main, ...(personFactsIn(view, main)?.also ?? [])])];
}

function factsOf(view: View, id: string): PersonFacts | undefined {
  return personFactsIn(view, mainOf(view, id));
}

/** What a feed says of a person who is there; of a record it is the one with the person's id. */
function toldOf(view: View, id: string): ToldFacts {
  const roster = factsOf(view, id);
  return roster?.status === 'active' ? roster : {};
}

/** What a household's record says; students it doesn't speak of are those that the roster names a guardian for. */
function householdIn(view: View, id: string): Household {
  const record = keptIn(view, 'household', id);
  const roster = factsOf(view, id);
  const related = roster?.status === 'active' ? (roster.related ?? []) : [];
  const told = toldOf(view, id);
  const {
    students = related,
    applicants = told.applicants ?? [],
    attributes = told.attributes,
  } = record ?? {};
  return {
    students: students.slice(0, mostRelated),
    applicants: applicants.slice(0, mostRelated),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

/** A student's record says it; where it doesn't, a student of the roster is enrolled in the present school year. */
function statusIn(view: View, id: string): StatusByYear | undefined {
  const status = keptIn(view, 'student', id)?.status;
  if (status !== undefined) return status;
  const { statuses } = toldOf(view, id);
  if (statuses !== undefined) return statuses;
  const roster = factsOf(view, id);
  const { schoolYear } = view.district;
  if (roster?.student !== true || roster.status !== 'active' || schoolYear === undefined) return undefined;
  return { [schoolYear]: enrolled };
}

/** General mail goes to the addresses of the profile's record (003:5). */
function mailIn(view: View, { profile }: StoredLogin): Pick<LoginFacts, 'mail'> {
  if (profile === undefined || profile.kind === 'staff') return {};
  const { mail } = keptIn(view, profile.kind, profile.id) ?? {};
  return mail === undefined ? {} : { mail };
}

/** What people keep by hand stays under the id by which they keep it. */
function keptIn<K extends RecordKind>(view: View, kind: K, id: string) {
  for (const one of idsOf(view, id)) {
    const record = recordIn(view, kind, one);
    if (record !== undefined) return record;
  }
  return undefined;
}

function recordIn<K extends RecordKind>(view: View, kind: K, id: string) {
  const stored = itemIn(view, { kind: 'record', id: recordId(kind, id) })?.record;
  // One that was taken away leaves an item without a record.
  if (stored === undefined) return undefined;
  // The schema of the kind, whose output is the kind's record.
  return StoredRecord[kind].parse(stored) as ReturnType<(typeof StoredRecord)[K]['parse']>;
}
