/**
 * What texts are matched by; they are shown as they were written. Source: Unicode Standard Annex 15 (NFKC), and its chapters 5.18 (caseless
 * matching) and 6.2 (hyphens, apostrophes).
 */

const apostrophes = /[\u0060\u00b4\u02b9-\u02bd\u02c8\u02ca\u02cb\u05f3\u2018-\u201b\u2032\u2035\ua78c]/g;
const hyphens = /[\u058a\u05be\u1806\u2010-\u2015\u2212\u30a0]/g;
/** They change nothing of what is read: joiners, direction marks, soft hyphens, the Arabic stretcher. */
const unseen = /[\p{Default_Ignorable_Code_Point}\u0640]/gu;
/** Marks that a word is often written without. Those of Indian and other scripts are vowels, and stay. */
const marks =
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/g;
/** Letters that are no base with a mark, and are written as others where a keyboard lacks them. */
const plain: Readonly<Record<string, string>> = {
  ...{ æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ħ: 'h', ı: 'i' },
  ...{ ى: 'ي', ی: 'ي', ک: 'ك', ٱ: 'ا' },
};
const plainLetters = new RegExp(`[${Object.keys(plain).join('')}]`, 'g');

/** Equal for texts that differ in case, width, composition, spaces, or in how an apostrophe or hyphen is typed. */
export function matchKey(text: string): string {
  const folded = foldCase(text.normalize('NFKC').replace(unseen, ''));
  return spaced(folded.replace(apostrophes, "'").replace(hyphens, '-'));
}

/** Equal also for texts that differ in their marks: weaker, as two people may be told apart by them. */
export function baseKey(text: string): string {
  const bare = matchKey(text).normalize('NFD').replace(marks, '').normalize('NFC');
  // A mark may stand on a blank.
  return spaced(bare.replace(plainLetters, (letter) => plain[letter] ?? letter));
}

function spaced(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Of an e-mail address or username: nothing but case, width and spaces around it. */
export function loginKey(text: string): string {
  return foldCase(text.normalize('NFKC')).trim();
}

/** Full case folding by way of upper case: ß is ss, also the capital one, and a final sigma is one. */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}
