import { type CatalogueSet, findRole, isUserType, orderOfRole } from './catalogue.ts';
import { allowed, denied } from './decision.ts';
import type { AccessQuestion, CheckFacts, Decision, Person } from './facts.ts';
import { byText } from './order.ts';
import { placementsOf } from './placements.ts';
import { byOwnIds, findAsked, findResource, isTypeIn, misasked } from './question.ts';
import { roleEffective } from './role-effective.ts';
import { inSeason } from './seasons.ts';
import { holdersWords, holdingWords, inactivityOf, waitingWords } from './sentences.ts';
import { holdingsIn } from './standing.ts';
import { type Matter, testOf, type Weighed, weigh } from './weigh.ts';

/** `today`: the calendar day in the district's time zone. `explain` adds `path` and `missed` to the reason. */
export type Asking = { today: string; explain?: boolean };

/**
 * Whether the subject may, and why. Never throws: what is unknown is a denial with its code. What no row allows is
 * denied, and each assignment is weighed with its own scope alone, so that pairs of role and scope never cross.
 * Source: role-systems §0.
 */
export function evaluate(
  catalogues: CatalogueSet,
  facts: CheckFacts,
  question: AccessQuestion,
  at: Asking,
): Decision {
  const answer = decideByLogins(catalogues, facts, byOwnIds(question, facts), at.today);
  if (at.explain === true) return answer;
  const { path: _path, missed: _missed, ...reason } = answer.reason;
  return { decision: answer.decision, reason };
}

/** What a login holds is never joined with what another one of the same person holds: any of them may allow. */
function decideByLogins(
  catalogues: CatalogueSet,
  facts: CheckFacts,
  question: AccessQuestion,
  today: string,
): Decision {
  const first = decide(catalogues, facts, question, today);
  if (first.decision || facts.logins === undefined) return first;
  for (const subject of facts.logins) {
    const answer = decide(catalogues, { ...facts, subject }, question, today);
    if (answer.decision) return answer;
  }
  return first;
}

function decide(
  catalogues: CatalogueSet,
  known: CheckFacts,
  question: AccessQuestion,
  today: string,
): Decision {
  const asked = findAsked(catalogues, question.action.name);
  if ('decision' in asked) return asked;
  const { catalogue, row } = asked;
  const facts = inSeason(known, catalogue.system, today);
  const { district, subject } = facts;
  if (!isUserType(catalogue, question.subject.type) || subject?.id !== question.subject.id) {
    const { type, id } = question.subject;
    return denied('unknown-subject', `District ${district.id} has no ${type} ${id}.`);
  }
  const { type, properties = {} } = question.resource;
  if (!isTypeIn(catalogue, type)) return denied('unknown-resource', `There is no resource type ${type}.`);
  if (row === 'role.effective') return roleEffective(catalogue, facts, question.resource, today);
  const rule = misasked(catalogue, row, question.resource);
  if (rule) return rule;
  const resource = findResource(catalogue, facts, question.resource);
  if ('decision' in resource) return resource;
  const placements = placementsOf(resource, { district, catalogue, today });
  const matter: Matter = {
    catalogue,
    row,
    district,
    subject,
    resource,
    placements,
    properties: resource.type === 'own' ? { ...properties, ...resource.properties } : properties,
    asked: {
      subject: { ...question.subject.properties, ...subject.properties },
      action: question.action.properties ?? {},
    },
    more: facts.more ?? {},
    today,
  };
  const open = decideOpen(matter);
  if (open === undefined) return unlessInactive(subject, decideByRoles(matter));
  const needsRole = !open.decision && Object.keys(row.cells).length > 0;
  if (needsRole) return unlessInactive(subject, decideByRoles(matter));
  return row.open?.evenInactive === true ? open : unlessInactive(subject, open);
}

/** The answer to whoever needs no role; `undefined` where the row has none without. */
function decideOpen(matter: Matter): Decision | undefined {
  const { catalogue, row, district } = matter;
  if (row.open === undefined) return undefined;
  const { failure, path, misses } = testOf(row, row.open.when, {
    ...matter,
    scope: { type: 'district', ids: [district.id] },
  });
  const action = `${catalogue.system}:${row.permission}`;
  const named = { row: action, source: row.source[0] };
  if (failure === undefined) return allowed(`Needs no role for ${action}.`, named, path);
  const missed = misses.map((miss) => `Needs no role for ${action}, but ${miss}.`);
  return denied(failure, missed[0] ?? '', { ...named, path, missed });
}

function decideByRoles(matter: Matter): Decision {
  const { catalogue, row, subject } = matter;
  const action = `${catalogue.system}:${row.permission}`;
  const weighed = weighAll(matter);
  const [nearest] = weighed;
  const waiting = waitingWords(catalogue, row, subject);
  if (nearest === undefined) {
    const message = `Has no ${catalogue.system} role; ${action} is for ${holdersWords(catalogue, row)}.`;
    return denied('no-role', message, {
      row: action,
      source: row.source[0],
      missed: [message, ...waiting],
    });
  }
  const named = {
    assignment: nearest.assignment.id,
    row: `${action}/${nearest.role.id}`,
    source: nearest.source,
  };
  if (nearest.code === 'allowed') {
    const message = `Is ${holdingWords(nearest.role, nearest.assignment.scope)}, which allows ${action}.`;
    return allowed(message, named, nearest.path);
  }
  const misses = weighed.flatMap((one) => one.misses);
  const [message = ''] = misses;
  return denied(nearest.code, message, {
    ...named,
    path: nearest.path,
    missed: mostOf([...misses, ...waiting]),
  });
}

/** Nearest first. Equal reach goes by the catalogue's order of roles, then by id, so that equal facts answer equally. */
function weighAll(matter: Matter): Weighed[] {
  const { catalogue, subject, district } = matter;
  const order = (one: Weighed) => orderOfRole(catalogue, one.role.id);
  return holdingsIn(catalogue, subject, district)
    .flatMap((assignment) => {
      const role = findRole(catalogue, assignment.role);
      return role ? [weigh(assignment, role, matter)] : [];
    })
    .sort((a, b) => b.reach - a.reach || order(a) - order(b) || byText(a.assignment.id, b.assignment.id));
}

const mostMissed = 10;

function mostOf(missed: readonly string[]): string[] {
  return [...new Set(missed)].slice(0, mostMissed);
}

/** Whoever is inactive is denied what a role would give; the answer keeps what came nearest. */
function unlessInactive(subject: Person, answer: Decision): Decision {
  const inactivity = inactivityOf(subject);
  if (inactivity === undefined) return answer;
  const { path = [], missed = [], assignment, row, source } = answer.reason;
  return denied('suspended', inactivity, {
    assignment,
    row,
    source,
    path,
    missed: mostOf([inactivity, ...missed]),
  });
}
