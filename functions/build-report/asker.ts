import { actingClient, clientPrefix } from '../../shared/access/acting-client.ts';
import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import type { CataloguesOf } from '../../shared/access/district-catalogues.ts';
import { recordsReader } from '../../shared/access/district-catalogues.ts';
import { engineOf } from '../../shared/access/engine.ts';
import { evaluate } from '../../shared/access/evaluate.ts';
import type { AccessQuestion, CheckFacts, DistrictFacts, Person } from '../../shared/access/facts.ts';
import { nobody } from '../../shared/access/question.ts';
import {
  type AskedReport,
  generatedReports,
  lets,
  type ReportScope,
  resourcesOf,
  type Way,
} from '../../shared/reports/generated-kinds.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';

export type AskerDeps = {
  access: Pick<AccessStore, 'checkFacts' | 'manyCheckFacts'>;
  /** What the permission service answers by. */
  cataloguesOf: CataloguesOf;
  /** What our own API is judged by; where a district has catalogues of its own, both have to allow. */
  ours: (district: DistrictFacts) => CatalogueSet;
  /** The calendar day in a time zone. */
  dayIn: (timeZone: string) => string;
};

/** Whose permissions bound a report, and what it is about. */
export type Asking = {
  district: string;
  asker: Asker;
  asked: AskedReport;
  scope: ReportScope;
};
/** `standing`: of a client, which nobody has facts of. */
export type Asker = { id: string; standing?: Person };

/** What somebody may have, and by what facts; `mark` is another where any of these has changed. */
export type Permit = {
  ways: Way[];
  district: DistrictFacts;
  catalogues: CatalogueSet;
  judges: CatalogueSet[];
  today: string;
  mark: string;
};

/** `undefined` where the report names neither a person nor a client. */
export function askerOf({ as }: AskedReport, { by, district }: { by: string; district: string }) {
  if (as !== undefined) return { id: as };
  return by.startsWith(clientPrefix) ? { id: by, standing: actingClient(by, district) } : undefined;
}

/** @returns the permit, or in a sentence why there is none */
export async function permitOf(deps: AskerDeps, asking: Asking): Promise<Permit | string> {
  const { asked, district, scope } = asking;
  const { platform } = asked;
  const ways: Way[] = [];
  let found: Omit<Permit, 'ways'> | undefined;
  let why = `There is no district ${district}.`;
  for (const way of generatedReports[asked.kind].ways) {
    const resources = resourcesOf(asked.kind, way, { district, scope, platform });
    const questions = resources.map((resource) => questionOf(asking, way.action, resource));
    if (questions.length === 0) {
      if (found === undefined) why = `${way.action} can't be asked on a ${scope.type}.`;
      continue;
    }
    const read = await factsOf(deps, asking, questions);
    if (read === undefined) return why;
    found ??= await viewOf(deps, read);
    const { judges, today } = found;
    const denial = questions
      .flatMap((question, at) => {
        const facts = read.checks[at];
        if (facts === undefined) return [];
        const of = { subject: facts.subject, resource: question.resource.id };
        const answers = judges.map((one) => evaluate(one, facts, question, { today }));
        return answers.filter((answer) => !lets(way, answer, of));
      })
      .at(0);
    if (denial === undefined) ways.push(way);
    else why = denial.reason.message;
  }
  return found === undefined || ways.length === 0 ? why : { ways, ...found };
}

type Read = { district: DistrictFacts; checks: CheckFacts[] };

/** The facts of many questions, by the asker as they stand now. */
export async function factsOf(
  { access, cataloguesOf }: AskerDeps,
  { district, asker }: Asking,
  questions: readonly AccessQuestion[],
): Promise<Read | undefined> {
  const deep = recordsReader(cataloguesOf);
  const { standing } = asker;
  if (standing === undefined) return access.manyCheckFacts(district, questions, { deep });
  const open = questions.map((question) => ({ ...question, subject: nobody }));
  const read = await access.manyCheckFacts(district, open, { deep });
  return read && { ...read, checks: read.checks.map((facts) => ({ ...facts, subject: standing })) };
}

export function questionOf(
  { asker }: Asking,
  action: string,
  resource: AccessQuestion['resource'],
): AccessQuestion {
  return { subject: { type: 'user', id: asker.id }, action: { name: action }, resource };
}

export function allows(
  { judges, today }: Pick<Permit, 'judges' | 'today'>,
  facts: CheckFacts,
  question: AccessQuestion,
): boolean {
  return judges.every((one) => engineOf(one).allows(facts, question, today));
}

async function viewOf(
  { cataloguesOf, ours, dayIn }: AskerDeps,
  { district, checks }: Read,
): Promise<Omit<Permit, 'ways'>> {
  const catalogues = await cataloguesOf(district);
  const { revision: _, ...facts } = district;
  const today = dayIn(district.timeZone);
  return {
    district,
    catalogues,
    judges: [...new Set([catalogues, ours(district)])],
    today,
    mark: JSON.stringify([facts, checks[0]?.subject, checks[0]?.logins, today]),
  };
}
