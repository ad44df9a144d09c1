import type { Role, Setting } from '../catalogue.ts';
import { either } from '../condition-words.ts';
import { isSameData } from '../same-data.ts';
import { type CatalogueChange, countOf, differing, type Holders, who, withArticle } from './change.ts';
import { wordsOnly } from './row-changes.ts';

/** What changes of a role itself; what its cells give is told with the rows. */
export function roleChanges(
  { key: role, before, after }: { key: string; before: Role | undefined; after: Role | undefined },
  holders: Holders,
): CatalogueChange[] {
  const count = countOf(role, holders);
  const name = who(role, holders);
  const change = (effect: CatalogueChange['effect'], words: string): CatalogueChange => ({
    what: 'role',
    effect,
    role,
    ...(count === undefined ? {} : { holders: count }),
    sentence: `${name} ${words}`,
  });
  if (after === undefined) return [change('removed', 'is no role any more')];
  if (before === undefined) return [change('added', `is a new role, given for ${scopesOf(after)}`)];
  const words = differing(before, after, ['label', 'level', 'source', 'reason']);
  return [
    ...seatChanges(before, after).map(({ effect, words }) => change(effect, words)),
    ...limitChanges(before, after).map(({ effect, words }) => change(effect, words)),
    ...(words.length === 0 ? [] : [{ ...change('words', ''), sentence: wordsOnly(role, words) }]),
  ];
}

type Told = { effect: CatalogueChange['effect']; words: string };

function seatChanges(before: Role, after: Role): Told[] {
  if (before.seats === after.seats) return [];
  if (after.seats === undefined) return [{ effect: 'wider', words: 'is no longer limited in seats' }];
  const isFewer = before.seats === undefined || after.seats < before.seats;
  const seats = after.seats === 1 ? '1 seat' : `${after.seats} seats`;
  const was = before.seats === undefined ? 'any number' : before.seats;
  return [
    { effect: isFewer ? 'narrower' : 'wider', words: `has now ${seats} per ${after.scope} (was: ${was})` },
  ];
}

function limitChanges(before: Role, after: Role): Told[] {
  const told: Told[] = [];
  if ((before.needsWebId ?? false) !== (after.needsWebId ?? false)) {
    told.push(
      after.needsWebId === true
        ? { effect: 'narrower', words: 'now grants nothing to whoever has no web ID' }
        : { effect: 'wider', words: 'no longer needs a web ID' },
    );
  }
  if (before.privileged !== after.privileged) {
    told.push(
      after.privileged
        ? { effect: 'narrower', words: 'is now privileged: a person confirms what a feed would give' }
        : { effect: 'wider', words: 'is no longer privileged: a feed gives it unconfirmed' },
    );
  }
  if (scopesOf(before) !== scopesOf(after)) {
    const words = `is now given for ${scopesOf(after)} (before: ${scopesOf(before)}); other assignments grant nothing`;
    told.push({ effect: 'changed', words });
  }
  if (!isSameData(before.calculated, after.calculated)) told.push(calculationChange(before, after));
  return told;
}

function calculationChange(before: Role, after: Role): Told {
  if (after.calculated === undefined) {
    return { effect: 'changed', words: 'is now assigned by people, no longer calculated' };
  }
  const words =
    before.calculated === undefined
      ? 'is now calculated; what people assigned grants nothing'
      : 'is calculated in another way';
  return { effect: 'changed', words };
}

function scopesOf({ scope, alsoFor = [] }: Role): string {
  return withArticle(either([scope, ...alsoFor]));
}

export function settingChanges(
  { key: setting, before, after }: { key: string; before: Setting | undefined; after: Setting | undefined },
  system: string,
): CatalogueChange[] {
  const change = (effect: CatalogueChange['effect'], words: string): CatalogueChange => ({
    what: 'setting',
    effect,
    setting,
    sentence: `setting ${setting} ${words}`,
  });
  if (after === undefined) return [change('removed', 'is removed')];
  const state = after.default ? 'on' : 'off';
  if (before === undefined) {
    return [change('added', `is added, ${state} by default, changed with ${system}:${after.changeWith}`)];
  }
  const words = differing(before, after, ['label', 'source']);
  return [
    ...(before.default === after.default
      ? []
      : [change('changed', `is now ${state} in every district that never set it`)]),
    ...(before.changeWith === after.changeWith
      ? []
      : [
          change(
            'changed',
            `is now changed with ${system}:${after.changeWith} (was: ${system}:${before.changeWith})`,
          ),
        ]),
    ...(words.length === 0
      ? []
      : [{ ...change('words', ''), sentence: wordsOnly(`setting ${setting}`, words) }]),
  ];
}
