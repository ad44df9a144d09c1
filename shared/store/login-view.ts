import type {
  Attribute,
  LoginFacts,
  RecordFacts,
  Related,
  StatusByYear,
  ToldFacts,
} from '../access/facts.ts';
import { type FactKey, type RecordKind, recordId } from '../access/named-keys.ts';
import { type StoredLogin, StoredManual, StoredRecord } from './access-items.ts';
import { itemIn, personFactsIn, type View } from './roster-view.ts';

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

type Tie = { id: string; login: LoginFacts; person: string | undefined };

function recordKeys(view: View, { id, login, person }: Tie): FactKey[] {
  const { profile } = login;
  const record = (kind: RecordKind, of: string): FactKey => ({ kind: 'record', id: recordId(kind, of) });
  const evaluators = [id, ...(person === undefined ? [] : [person])].map((of) => record('evaluator', of));
  if (profile === undefined || profile.kind === 'staff') return evaluators;
  const own = [record(profile.kind, profile.id), { kind: 'person', id: profile.id } as const];
  if (profile.kind !== 'household') return [...evaluators, ...own];
  const { students, applicants } = householdIn(view, profile.id);
  return [
    ...evaluators,
    ...own,
    ...students.flatMap((one) => [record('student', one.id), { kind: 'person', id: one.id } as const]),
    ...applicants.map((one) => record('applicant', one.id)),
  ];
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
    (of) => recordIn(view, 'evaluator', of)?.applicants ?? toldOf(view, of).evaluates ?? [],
  );
  const own = profile === undefined ? {} : ownRecords(view, profile);
  return { ...own, ...(evaluates.length === 0 ? {} : { evaluates }) };
}

function ownRecords(view: View, { kind, id }: NonNullable<LoginFacts['profile']>): RecordFacts {
  switch (kind) {
    case 'student': {
      const status = statusIn(view, id);
      const { attributes = toldOf(view, id).attributes } = recordIn(view, 'student', id) ?? {};
      return {
        ...(status === undefined ? {} : { student: { id, status } }),
        ...(attributes === undefined ? {} : { attributes }),
      };
    }
    case 'household': {
      const { students, applicants, attributes } = householdIn(view, id);
      return {
        household: {
          students: students.map((one) => ({ ...one, status: statusIn(view, one.id) ?? {} })),
          applicants: applicants.flatMap(({ id: applicantId, relationship, status: told }) => {
            const status = recordIn(view, 'applicant', applicantId)?.status ?? told;
            return status === undefined ? [] : [{ id: applicantId, relationship, status }];
          }),
        },
        ...(attributes === undefined ? {} : { attributes }),
      };
    }
    case 'donor': {
      const { attributes = toldOf(view, id).attributes } = recordIn(view, 'donor', id) ?? {};
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

/** What a feed says of a person who is there; of a record it is the one with the person's id. */
function toldOf(view: View, id: string): ToldFacts {
  const roster = personFactsIn(view, id);
  return roster?.status === 'active' ? roster : {};
}

/** What a household's record says; students it doesn't speak of are those that the roster names a guardian for. */
function householdIn(view: View, id: string): Household {
  const record = recordIn(view, 'household', id);
  const roster = personFactsIn(view, id);
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
  const status = recordIn(view, 'student', id)?.status;
  if (status !== undefined) return status;
  const { statuses } = toldOf(view, id);
  if (statuses !== undefined) return statuses;
  const roster = personFactsIn(view, id);
  const { schoolYear } = view.district;
  if (roster?.student !== true || roster.status !== 'active' || schoolYear === undefined) return undefined;
  return { [schoolYear]: enrolled };
}

/** General mail goes to the addresses of the profile's record (003:5). */
function mailIn(view: View, { profile }: StoredLogin): Pick<LoginFacts, 'mail'> {
  if (profile === undefined || profile.kind === 'staff') return {};
  const { mail } = recordIn(view, profile.kind, profile.id) ?? {};
  return mail === undefined ? {} : { mail };
}

function recordIn<K extends RecordKind>(view: View, kind: K, id: string) {
  const stored = itemIn(view, { kind: 'record', id: recordId(kind, id) })?.record;
  // One that was taken away leaves an item without a record.
  if (stored === undefined) return undefined;
  // The schema of the kind, whose output is the kind's record.
  return StoredRecord[kind].parse(stored) as ReturnType<(typeof StoredRecord)[K]['parse']>;
}
