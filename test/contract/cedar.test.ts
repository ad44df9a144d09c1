import { validate } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from 'vitest';
import type { Catalogue } from '../../shared/access/catalogue.ts';
import { exportCedar } from '../../shared/access/cedar/export-cedar.ts';
import { evaluate } from '../../shared/access/evaluate.ts';
import { applyOverlay } from '../../shared/access/overlays.ts';
import { inSeason } from '../../shared/access/seasons.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { mutantsOf } from '../builders/catalogue-table.ts';
import { cedarWith } from './cedar/cedar-engine.ts';
import { vocabulary } from './cedar/changes.ts';
import { directedAt } from './cedar/directed-set.ts';
import { requestsOf } from './cedar/encode-question.ts';
import { factsOf, questionOf, type Scene, today } from './cedar/scenes.ts';

/**
 * Two engines that share no code but the catalogue: ours reads its rows, Cedar what is exported of them. The questions are derived
 * from the catalogue, for random ones miss half of all small mistakes.
 */
type Asked = { permission: string; name: string; scene: Scene };

type Variant = {
  name: string;
  catalogue: Catalogue;
  /** Of a catalogue with an overlay only the rows that the overlay changed, the others being asked about without it. */
  questions: readonly Asked[];
};

const variants = [...shippedCatalogues.values()].flatMap((catalogue): Variant[] => [
  { name: catalogue.system, catalogue, questions: questionsOf(catalogue) },
  ...catalogue.overlays.map((overlay) => {
    const overlaid = applyOverlay(catalogue, overlay);
    return { name: overlay.name, catalogue: overlaid, questions: questionsOf(overlaid, overlay.name) };
  }),
]);

function questionsOf(catalogue: Catalogue, overlay?: string): Asked[] {
  const rows = catalogue.rows.filter(({ overlaid = {} }) =>
    overlay === undefined ? true : Object.values(overlaid).some((cell) => cell.overlay === overlay),
  );
  return rows.flatMap((row) =>
    directedAt(catalogue, row).map((one) => ({ ...one, permission: row.permission })),
  );
}

function ours(catalogue: Catalogue, { permission, scene }: Asked): boolean {
  const question = questionOf(scene, `${catalogue.system}:${permission}`);
  return evaluate(new Map([[catalogue.system, catalogue]]), factsOf(scene), question, { today }).decision;
}

const answers = new Map<string, boolean[]>();

function cedarAnswers({ name, catalogue, questions }: Variant): boolean[] {
  const known = answers.get(name);
  if (known) return known;
  const allows = cedarWith(name, exportCedar(catalogue));
  const made = questions.map(({ permission, scene }) => {
    const question = questionOf(scene, `${catalogue.system}:${permission}`);
    const seen = inSeason(factsOf(scene), catalogue.system, today);
    return allows(requestsOf(catalogue, seen, question, today));
  });
  answers.set(name, made);
  return made;
}

describe.each(variants)('the Cedar export of $name', (variant) => {
  const { name, catalogue, questions } = variant;

  test('passes strict validation without an error or a warning', () => {
    const { schema, policies } = exportCedar(catalogue);
    const answer = validate({
      validationSettings: { mode: 'strict' },
      schema,
      policies: { staticPolicies: policies },
    });
    expect(answer).toEqual({
      type: 'success',
      validationErrors: [],
      validationWarnings: [],
      otherWarnings: [],
    });
  });

  test(`answers ${questions.length} directed questions as the interpreter does`, () => {
    const cedar = cedarAnswers(variant);
    const differing = questions.filter((asked, i) => ours(catalogue, asked) !== cedar[i]);
    expect(differing.map(({ name }) => name)).toEqual([]);
    expect(cedar).toContain(true);
    expect(cedar).toContain(false);
  }, 240_000);

  test('tells every cell, condition, rule and role that is wrong', () => {
    const cedar = cedarAnswers(variant);
    const byPermission = Map.groupBy([...questions.entries()], ([, { permission }]) => permission);
    const everything = [...questions.entries()];
    const mutants = mutantsOf(catalogue, vocabulary).filter(({ permission }) =>
      permission === undefined ? name === catalogue.system : byPermission.has(permission),
    );
    const isTold = (mutant: Catalogue, asked = everything) =>
      asked.some(([i, one]) => ours(mutant, one) !== cedar[i]);
    const survivors = mutants.filter(
      ({ catalogue: mutant, permission }) =>
        !isTold(mutant, permission === undefined ? everything : byPermission.get(permission)),
    );
    expect(survivors.map(({ what }) => what)).toEqual(name === catalogue.system ? outOfReach(catalogue) : []);
  }, 240_000);
});

/** A setting lies in no school, so that a cell for a role of schools changes nothing. */
function outOfReach({ rows, roles }: Catalogue): string[] {
  const ofSchools = roles.filter(({ scope }) => scope === 'school');
  const ofSettings = rows.filter(({ resources }) => resources.every((type) => type === 'setting'));
  return ofSettings.flatMap(({ permission }) => ofSchools.map(({ id }) => `${permission}: ${id} "allow"`));
}
