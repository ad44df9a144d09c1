import type { Catalogue, Overlay } from './catalogue.ts';
import { cellChanges } from './diff/cell-changes.ts';
import { type CatalogueChange, differing, type Holders, paired } from './diff/change.ts';
import { roleChanges, settingChanges } from './diff/role-changes.ts';
import { rowChanges, wordsOnly } from './diff/row-changes.ts';
import { applyOverlay } from './overlays.ts';

/**
 * What differs between two catalogues, or one before and after an overlay: who would gain and lose what, in words. Roles,
 * settings and rows come in the order of the later one; nobody's name is in a sentence, only how many hold a role.
 */
export function diffCatalogues(
  before: Catalogue,
  after: Catalogue,
  holders: Holders = {},
): CatalogueChange[] {
  const base = answerChanges(before, after, holders);
  const told = new Set(base.map(({ sentence }) => sentence));
  const overlays = paired(before.overlays, after.overlays, ({ name }) => name).flatMap((pair) =>
    overlayChanges(pair, { before, after, holders }).filter(({ sentence }) => !told.has(sentence)),
  );
  return [...catalogueChanges(before, after), ...base, ...overlays];
}

function answerChanges(before: Catalogue, after: Catalogue, holders: Holders): CatalogueChange[] {
  const roles = paired(before.roles, after.roles, ({ id }) => id);
  const ids = roles.map(({ key }) => key);
  return [
    ...roles.flatMap((role) => roleChanges(role, holders)),
    ...paired(before.settings, after.settings, ({ id }) => id).flatMap((setting) =>
      settingChanges(setting, after.system),
    ),
    ...paired(before.rows, after.rows, ({ permission }) => permission).flatMap((row) => {
      const { key: permission } = row;
      const action = `${after.system}:${permission}`;
      return [
        ...rowChanges(action, row.before, row.after),
        ...cellChanges({ ...row, action, permission }, ids, holders),
      ];
    }),
  ];
}

function catalogueChanges(before: Catalogue, after: Catalogue): CatalogueChange[] {
  const change = (effect: CatalogueChange['effect'], sentence: string): CatalogueChange => ({
    what: 'catalogue',
    effect,
    sentence,
  });
  const words = differing(before, after, ['title', 'document']);
  return [
    ...(before.system === after.system
      ? []
      : [change('changed', `the system ${before.system} is now ${after.system}`)]),
    ...differing(before, after, ['scopes', 'attributeRoles', 'usersLieByAssignment', 'oneOf']).map((name) =>
      change(
        'changed',
        `${name}: now ${told(Reflect.get(after, name))}, before ${told(Reflect.get(before, name))}`,
      ),
    ),
    ...(words.length === 0 ? [] : [change('words', wordsOnly(after.system, words))]),
  ];
}

function told(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}

type Both = { before: Catalogue; after: Catalogue; holders: Holders };
type Pair = { key: string; before: Overlay | undefined; after: Overlay | undefined };

/** What an overlay does, as what a district would see that has it on; a new or gone one as what switching it means. */
function overlayChanges(
  { key: overlay, ...pair }: Pair,
  { before, after, holders }: Both,
): CatalogueChange[] {
  const change = (effect: CatalogueChange['effect'], sentence: string): CatalogueChange => ({
    what: 'overlay',
    effect,
    overlay,
    sentence: `overlay ${overlay} ${sentence}`,
  });
  const withIt = (changes: readonly CatalogueChange[]) =>
    changes.map((one) => ({ ...one, overlay, sentence: `with overlay ${overlay}, ${one.sentence}` }));
  if (pair.after === undefined) return [change('removed', 'is removed')];
  const on = applyOverlay(after, pair.after);
  if (pair.before === undefined) {
    return [change('added', 'is added'), ...withIt(answerChanges(after, on, holders))];
  }
  const base = new Set(answerChanges(before, after, holders).map(({ sentence }) => sentence));
  const changes = answerChanges(applyOverlay(before, pair.before), on, holders);
  const words = differing(wordsOf(pair.before), wordsOf(pair.after), [
    'label',
    'source',
    'standing',
    'reason',
  ]);
  return [
    ...withIt(changes.filter(({ sentence }) => !base.has(sentence))),
    ...(words.length === 0
      ? []
      : [{ ...change('words', ''), sentence: wordsOnly(`overlay ${overlay}`, words) }]),
  ];
}

function wordsOf({ label, changes }: Overlay): Record<'label' | 'source' | 'standing' | 'reason', unknown> {
  return {
    label,
    source: changes.map(({ source }) => source),
    standing: changes.map(({ standing }) => standing),
    reason: changes.map(({ reason }) => reason),
  };
}
