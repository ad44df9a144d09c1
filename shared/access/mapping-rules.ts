import * as z from 'zod';
import type { FieldProblem } from '../errors.ts';
import { type CatalogueSet, findRole, type Role } from './catalogue.ts';
import shipped from './mapping-rules.json' with { type: 'json' };

/** Words in any letter case and spelling of Unicode; the whole text, or a part of it. */
const Words = z.union([
  z.strictObject({ equals: z.string().trim().min(1).max(200) }),
  z.strictObject({ contains: z.string().trim().min(1).max(200) }),
]);
export type Words = z.infer<typeof Words>;

const anyOf = (longest: number) => z.array(z.string().min(1).max(255)).min(1).max(longest).optional();

/** One way to match a person's role of the roster; all that is given must hold. */
const Match = z
  .strictObject({
    /** OneRoster's names, e.g. `siteAdministrator`. */
    roles: anyOf(50),
    /** Types of the role's org. */
    orgTypes: anyOf(20),
    /** Ids of the role's org. */
    orgs: anyOf(1000),
    /** What the person is called at work, and where: `User.title`, `User.department`. */
    title: Words.optional(),
    department: Words.optional(),
    /** Any of the person's grades, as the roster spells them. */
    grades: anyOf(50),
  })
  .refine((match) => Object.keys(match).length > 0, 'names something to match');
export type Match = z.infer<typeof Match>;

/** Gives a role to whom the roster has a matching role: a person at that org. Several rules add up. */
const MappingRule = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower case letters, digits and hyphens'),
  title: z.string().min(1).max(200),
  /** False: it gives nothing, and stands there to be switched on. */
  active: z.boolean(),
  /** Any of them. */
  match: z.array(Match).min(1).max(20),
  give: z.strictObject({ system: z.string().min(1).max(64), role: z.string().min(1).max(200) }),
});
export type MappingRule = z.infer<typeof MappingRule>;

/** All rules of a district: what it has instead of the shipped ones. */
export const MappingRules = z.array(MappingRule).max(200);

/** What a new district starts with (role-systems §7). Rules for systems without a catalogue give nothing. */
export const shippedRules: readonly MappingRule[] = MappingRules.parse(shipped);

/** What a schema can't say of rules, with pointers into `{rules}`; empty where they are fit to be simulated. */
export function problemsOfRules(rules: readonly MappingRule[], catalogues: CatalogueSet): FieldProblem[] {
  const first = new Map<string, number>();
  return rules.flatMap((rule, at) => {
    const before = first.get(rule.id);
    if (before === undefined) first.set(rule.id, at);
    const repeated = { pointer: `/rules/${at}/id`, detail: `is the id of rule ${before} already` };
    return [...(before === undefined ? [] : [repeated]), ...problemOfGift(rule.give, at, catalogues)];
  });
}

function problemOfGift(give: MappingRule['give'], at: number, catalogues: CatalogueSet): FieldProblem[] {
  const catalogue = catalogues.get(give.system);
  if (catalogue === undefined) {
    const detail = `is none of ${[...catalogues.keys()].join(', ')}`;
    return [{ pointer: `/rules/${at}/give/system`, detail }];
  }
  const role = findRole(catalogue, give.role);
  const reason = role === undefined ? 'is no role of it' : ungivable(role);
  if (reason === undefined) return [];
  const givable = catalogue.roles.filter((one) => ungivable(one) === undefined).map(({ id }) => id);
  const hint = givable.length === 0 ? 'rules give no role of it' : `rules may give ${givable.join(', ')}`;
  return [{ pointer: `/rules/${at}/give/role`, detail: `${reason}; ${hint}` }];
}

/** Why no rule gives a role. A sync can't tell who of many should sit on a seat; neither a class nor a customer can be told from a person's role at an org. */
function ungivable({ calculated, scope, seats }: Role): string | undefined {
  if (calculated !== undefined) return 'is calculated, never given';
  if (seats !== undefined) return 'has limited seats, which people give and transfer';
  if (scope === 'class' || scope === 'customer')
    return `is held for a ${scope}, which no role of the roster names`;
  return undefined;
}
