import { type CatalogueSet, findRole, findRow, isAttributeRole, resourceTypes } from '../catalogue.ts';
import { evaluate } from '../evaluate.ts';
import type { Decision } from '../facts.ts';
import { didYouMean, type Finding, finding, type Path } from '../lint/finding.ts';
import { applyOverlay } from '../overlays.ts';
import { factsForCheck, factsOf } from './given-facts.ts';
import type { CatalogueTests, Check } from './test-file.ts';

/** `problem`: what the answer should have been; absent where the check holds. */
export type CheckResult = { check: Check; decision: Decision; problem?: string };

/** Asks every check, in order. Names are known: {@link unknownNames}. */
export function runTests(catalogues: CatalogueSet, { given, check: checks }: CatalogueTests): CheckResult[] {
  const facts = factsOf(given);
  return checks.map((check) => {
    const on = withOverlays(catalogues, [...(given.overlays ?? []), ...(check.overlays ?? [])]);
    const asked = factsForCheck(on, { given, facts }, check);
    const today = check.today ?? given.today;
    const decision = evaluate(on, asked.facts, asked.question, { today, explain: true });
    const problem = problemOf(check, decision);
    return { check, decision, ...(problem === undefined ? {} : { problem }) };
  });
}

function withOverlays(catalogues: CatalogueSet, names: readonly string[]): CatalogueSet {
  if (names.length === 0) return catalogues;
  return new Map(
    [...catalogues].map(([system, catalogue]) => [
      system,
      catalogue.overlays.filter(({ name }) => names.includes(name)).reduce(applyOverlay, catalogue),
    ]),
  );
}

function problemOf(check: Check, { decision, reason }: Decision): string | undefined {
  const source = reason.source === undefined ? '' : ` (${reason.source})`;
  const answer = `${reason.message}${source}`;
  if (decision !== check.allowed) {
    return `should be ${check.allowed ? 'allowed' : 'denied'}, is ${decision ? 'allowed' : 'denied'}: ${answer}`;
  }
  if (isReason(check.why, { decision, reason })) return undefined;
  return `is ${decision ? 'allowed' : 'denied'}, but not because of "${check.why}": ${answer}`;
}

function isReason(why: string, { reason }: Decision): boolean {
  if (reason.source === why || reason.code === why) return true;
  const said = [reason.message, ...(reason.path ?? []), ...(reason.missed ?? [])];
  return said.some((line) => plain(line).includes(plain(why)));
}

function plain(text: string): string {
  return text.replaceAll('’', "'").toLowerCase();
}

/** Roles, permissions, resource types, settings and overlays of the file that the catalogues don't have. */
export function unknownNames(catalogues: CatalogueSet, { given, check: checks }: CatalogueTests): Finding[] {
  const all = [...catalogues.values()];
  const overlays = all.flatMap((catalogue) => catalogue.overlays);
  const settings = [...all, ...overlays].flatMap((one) => one.settings.map(({ id }) => id));
  const among = (known: readonly string[], what: string) => (name: string, path: Path) =>
    known.includes(name)
      ? []
      : [finding(path, `Unknown ${what} "${name}".`, didYouMean(name, known, `${what}s`))];
  const setting = among(settings, 'setting');
  const overlay = among(
    overlays.map(({ name }) => name),
    'overlay',
  );
  const type = among(resourceTypes, 'resource type');
  const listed = (path: Path, one: { settings?: object | undefined; overlays?: string[] | undefined }) => [
    ...Object.keys(one.settings ?? {}).flatMap((id) => setting(id, [...path, 'settings', id])),
    ...(one.overlays ?? []).flatMap((name, i) => overlay(name, [...path, 'overlays', i])),
  ];
  return [
    ...listed(['given'], given),
    ...(given.assignments ?? []).flatMap(({ role }, i) =>
      unknownRole(catalogues, role, ['given', 'assignments', i, 'role']),
    ),
    ...checks.flatMap((check, i) => [
      ...unknownAction(catalogues, check.action, ['check', i, 'action']),
      ...type(check.resource.split(':')[0] ?? '', ['check', i, 'resource']),
      ...listed(['check', i], check),
    ]),
  ];
}

function unknownRole(catalogues: CatalogueSet, role: string, path: Path): Finding[] {
  const [system = '', id = ''] = role.split(/:(.*)/s);
  const catalogue = catalogues.get(system);
  if (catalogue && (findRole(catalogue, id) || isAttributeRole(catalogue, id))) return [];
  const known = [...catalogues.values()].flatMap((one) => one.roles.map((own) => `${one.system}:${own.id}`));
  return [finding(path, `Unknown role "${role}".`, didYouMean(role, inSystem(known, system), 'roles'))];
}

function unknownAction(catalogues: CatalogueSet, action: string, path: Path): Finding[] {
  const [system = '', permission = ''] = action.split(/:(.*)/s);
  const catalogue = catalogues.get(system);
  if (catalogue && (permission === 'role.effective' || findRow(catalogue, permission))) return [];
  const known = [...catalogues.values()].flatMap((one) =>
    one.rows.map((row) => `${one.system}:${row.permission}`),
  );
  return [
    finding(
      path,
      `Unknown permission "${action}".`,
      didYouMean(action, inSystem(known, system), 'permissions'),
    ),
  ];
}

/** Those of the system, where there is such a one. */
function inSystem(names: readonly string[], system: string): readonly string[] {
  const own = names.filter((name) => name.startsWith(`${system}:`));
  return own.length === 0 ? names : own;
}
