import type { Row, Rule } from '../catalogue.ts';
import { conditionWords, conjunction } from '../condition-words.ts';
import { isSameData } from '../same-data.ts';
import { compareCells } from './cell-changes.ts';
import { type CatalogueChange, differing, withArticle } from './change.ts';

/** What changes for everybody at once: whether there is the row, what it is asked on, its rules, who needs no role. */
export function rowChanges(
  action: string,
  before: Row | undefined,
  after: Row | undefined,
): CatalogueChange[] {
  const permission = after?.permission ?? before?.permission ?? '';
  const change = (
    what: CatalogueChange['what'],
    effect: CatalogueChange['effect'],
    sentence: string,
  ): CatalogueChange => ({ what, effect, permission, sentence });
  if (after === undefined) return [change('permission', 'removed', `${action} is removed`)];
  const opened = openChanges(action, before, after).map(({ effect, sentence }) =>
    change('open', effect, sentence),
  );
  if (before === undefined) {
    return [change('permission', 'added', `${action} is added: ${after.task}`), ...opened];
  }
  const types = [
    ...after.resources
      .filter((type) => !before.resources.includes(type))
      .map((type) => change('permission', 'wider', `${action} can now be asked on ${withArticle(type)}`)),
    ...before.resources
      .filter((type) => !after.resources.includes(type))
      .map((type) =>
        change('permission', 'narrower', `${action} can no longer be asked on ${withArticle(type)}`),
      ),
  ];
  const [was, is] = [before.rules ?? [], after.rules ?? []];
  const asks = (rules: readonly Rule[], one: Rule) => rules.some(({ must }) => isSameData(must, one.must));
  const rules = [
    ...is
      .filter((rule) => !asks(was, rule))
      .map(({ must, says }) => {
        const sentence = `everybody: ${action} now only where ${conditionWords(must)} (rule: ${says})`;
        return change('rule', 'narrower', sentence);
      }),
    ...was
      .filter((rule) => !asks(is, rule))
      .map(({ must }) =>
        change('rule', 'wider', `everybody: ${action} no longer only where ${conditionWords(must)}`),
      ),
  ];
  const words = differing(before, after, ['task', 'source', 'standing', 'reason']);
  const reworded = is.filter((rule) => was.some((other) => isSameData(other.must, rule.must)));
  const isReworded = reworded.some((rule) => !was.some((other) => isSameData(other, rule)));
  const all = isReworded ? [...words, 'rules'] : words;
  const wording = all.length === 0 ? [] : [change('permission', 'words', wordsOnly(action, all))];
  return [...types, ...rules, ...opened, ...wording];
}

export function wordsOnly(name: string, fields: readonly string[]): string {
  return `${name}: words only (${fields.join(', ')})`;
}

function openChanges(
  action: string,
  before: Row | undefined,
  after: Row,
): Pick<CatalogueChange, 'effect' | 'sentence'>[] {
  const [was, is] = [before?.open, after.open];
  const told = compareCells(was && { when: was.when }, is && { when: is.when }, action);
  const changes =
    told === undefined ? [] : [{ effect: told.effect, sentence: `everybody, without a role, ${told.words}` }];
  if (was === undefined || is === undefined || was.evenInactive === is.evenInactive) return changes;
  const now = is.evenInactive === true;
  const sentence = `whoever the roster suspends or disables ${now ? 'gains' : 'loses'} ${action} where ${conjunction(is.when)}`;
  return [...changes, { effect: now ? 'wider' : 'narrower', sentence }];
}
