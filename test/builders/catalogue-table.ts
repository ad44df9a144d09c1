import type { Catalogue, Cell, Row } from '../../shared/access/catalogue.ts';
import type { Condition } from '../../shared/access/conditions.ts';
import { engineOf } from '../../shared/access/engine.ts';
import { evaluate } from '../../shared/access/evaluate.ts';
import type {
  CheckFacts,
  ClassFacts,
  NamedFacts,
  OrgFacts,
  Person,
  ReasonCode,
  ResourceFacts,
} from '../../shared/access/facts.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { asking, facts, today } from './access-facts.ts';

/**
 * Tables of a role system, typed by hand from its document, held against the catalogue that is shipped and against every small
 * wrong that one can suffer.
 */
export type TableCase = {
  permission: string;
  subject: Person;
  resource: ResourceFacts;
  properties?: Record<string, unknown>;
  settings?: Record<string, boolean>;
  more?: NamedFacts;
  district?: Partial<CheckFacts['district']>;
  expected: boolean;
  /** Told from other denials. */
  code?: ReasonCode;
};

export function shipped(system: string): Catalogue {
  const catalogue = shippedCatalogues.get(system);
  if (!catalogue) throw new Error(`${system} is not shipped`);
  return catalogue;
}

function askedOf(catalogue: Catalogue, one: TableCase) {
  const known = facts(one.subject, one.resource, one.settings ?? {});
  return {
    catalogues: new Map([[catalogue.system, catalogue]]),
    all: { ...known, district: { ...known.district, ...one.district }, more: one.more ?? {} },
    question: asking(known, `${catalogue.system}:${one.permission}`, one.properties),
  };
}

export function answerTo(catalogue: Catalogue, one: TableCase) {
  const { catalogues, all, question } = askedOf(catalogue, one);
  return evaluate(catalogues, all, question, { today, explain: true });
}

/** The decision of the compiled rows. */
export function isAllowed(catalogue: Catalogue, one: TableCase): boolean {
  const { catalogues, all, question } = askedOf(catalogue, one);
  return engineOf(catalogues).allows(all, question, today);
}

function agrees(catalogue: Catalogue, one: TableCase): boolean {
  const { decision, reason } = answerTo(catalogue, one);
  return decision === one.expected && (one.code === undefined || reason.code === one.code);
}

/** At least one of the permission's cases tells the mutant from the catalogue. */
export function isCaught(
  mutant: Catalogue,
  permission: string | undefined,
  cases: readonly TableCase[],
): boolean {
  return cases.some(
    (one) => (permission === undefined || one.permission === permission) && !agrees(mutant, one),
  );
}

type Vocabulary = Readonly<Record<string, readonly string[]>>;
type Wrong = { settings: readonly string[]; vocabulary: Vocabulary };

type Mutant = { what: string; permission?: string; catalogue: Catalogue };

/**
 * Every cell, condition, rule, opening, seat, web ID, calculation and default of a catalogue, each wrong in turn.
 * `vocabulary`: values that a property can have, for conditions that take one too many.
 */
export function mutantsOf(catalogue: Catalogue, vocabulary: Vocabulary = {}): Mutant[] {
  const wrong = { settings: catalogue.settings.map(({ id }) => id), vocabulary };
  return [
    ...catalogue.rows.flatMap((row) => mutantsOfRow(catalogue, row, wrong)),
    ...mutantsOfRoles(catalogue),
    ...mutantsOfSettings(catalogue),
  ];
}

function mutantsOfRow(catalogue: Catalogue, row: Row, wrong: Wrong): Mutant[] {
  const { permission } = row;
  const withRow = (what: string, changed: Row): Mutant => ({
    what: `${permission}: ${what}`,
    permission,
    catalogue: { ...catalogue, rows: catalogue.rows.map((one) => (one === row ? changed : one)) },
  });
  const assigned = catalogue.roles.filter(
    (role) => role.calculated === undefined || Object.hasOwn(row.cells, role.id),
  );
  const cells = assigned.flatMap(({ id }) =>
    mutantsOfCell(row.cells[id], wrong).map((cell) => {
      const { [id]: _, ...others } = row.cells;
      const what = `${id} ${JSON.stringify(cell) ?? 'none'}`;
      return withRow(what, { ...row, cells: cell === undefined ? others : { ...others, [id]: cell } });
    }),
  );
  const { rules: _rules, ...unruled } = row;
  const rules = (row.rules ?? []).flatMap((rule, i, all) => {
    const others = all.filter((_, k) => k !== i);
    return [
      withRow(`without rule ${rule.must.kind}`, others.length === 0 ? unruled : { ...row, rules: others }),
      ...mutantsOfCondition(rule.must, wrong).map((must) =>
        withRow(`rule ${JSON.stringify(must)}`, { ...row, rules: [...others, { ...rule, must }] }),
      ),
    ];
  });
  const { open, ...closed } = row;
  const opened =
    open === undefined
      ? []
      : [
          withRow('not open', closed),
          withRow('open to the inactive, or not', { ...row, open: inactiveTurned(open) }),
          ...mutantsOfCell({ when: open.when }, wrong).flatMap((cell) =>
            cell === undefined || cell === 'allow'
              ? []
              : [withRow(`open ${JSON.stringify(cell)}`, { ...row, open: { ...open, when: cell.when } })],
          ),
        ];
  return [...cells, ...rules, ...opened];
}

function inactiveTurned({ evenInactive, ...open }: NonNullable<Row['open']>): NonNullable<Row['open']> {
  return evenInactive === true ? open : { ...open, evenInactive: true };
}

function mutantsOfCell(cell: Cell | undefined, wrong: Wrong): (Cell | undefined)[] {
  if (cell === undefined) return ['allow'];
  if (cell === 'allow') return [undefined];
  const dropped = cell.when.map((_, i): Cell => {
    const rest = cell.when.filter((_other, k) => k !== i);
    return rest.length === 0 ? 'allow' : { ...cell, when: rest };
  });
  const changed = cell.when.flatMap((condition, i) =>
    mutantsOfCondition(condition, wrong).map(
      (mutant): Cell => ({ ...cell, when: cell.when.map((one, k) => (k === i ? mutant : one)) }),
    ),
  );
  return [
    undefined,
    ...('within' in cell ? [{ when: cell.when }] : ['allow' as const]),
    ...dropped,
    ...changed,
  ];
}

/** Lists without one of their items or with one more, flags turned, another setting. */
function mutantsOfCondition(condition: Condition, { settings, vocabulary }: Wrong): Condition[] {
  const narrower = Object.entries(condition).flatMap(([name, value]): Condition[] => {
    // A condition with one parameter changed to another of its own type is one still.
    const changed = (to: unknown) => ({ ...condition, [name]: to }) as Condition;
    if (value === true) return [changed(undefined)];
    if (!Array.isArray(value)) return [];
    return value.map((item) =>
      changed(value.length === 1 ? ['none'] : value.filter((other) => other !== item)),
    );
  });
  if (condition.kind === 'granted') {
    return settings.filter((id) => id !== condition.setting).map((setting) => ({ ...condition, setting }));
  }
  if (condition.kind !== 'propertyIn') return narrower;
  const wider = (vocabulary[condition.property] ?? []).filter((value) => !condition.values.includes(value));
  return [
    ...narrower,
    ...(condition.orAbsent === true ? [] : [{ ...condition, orAbsent: true as const }]),
    ...wider.map((value): Condition => ({ ...condition, values: [...condition.values, value] })),
  ];
}

function mutantsOfRoles(catalogue: Catalogue): Mutant[] {
  return catalogue.roles.flatMap((role) => {
    const { seats, needsWebId, calculated, alsoFor, ...bare } = role;
    const optional = { seats, needsWebId, calculated, alsoFor };
    return Object.entries(optional).flatMap(([name, value]) => {
      if (value === undefined) return [];
      const { [name as keyof typeof optional]: _, ...rest } = optional;
      const present = Object.fromEntries(Object.entries(rest).filter(([, kept]) => kept !== undefined));
      const roles = catalogue.roles.map((one) => (one === role ? { ...bare, ...present } : one));
      return [{ what: `${role.id} without ${name}`, catalogue: { ...catalogue, roles } }];
    });
  });
}

function mutantsOfSettings(catalogue: Catalogue): Mutant[] {
  return catalogue.settings
    .filter(({ id }) => JSON.stringify(catalogue.rows).includes(`"setting":"${id}"`))
    .map((setting) => ({
      what: `${setting.id} by default ${!setting.default}`,
      catalogue: {
        ...catalogue,
        settings: catalogue.settings.map((one) =>
          one === setting ? { ...one, default: !one.default } : one,
        ),
      },
    }));
}

/** What properties name. */
export function naming(
  persons: readonly Person[],
  classes: Record<string, ClassFacts> = {},
  orgs: Record<string, OrgFacts> = {},
): NamedFacts {
  return {
    persons: new Map(persons.map((person) => [person.id, person])),
    classes: new Map(Object.entries(classes)),
    orgs: new Map(Object.entries(orgs)),
  };
}
