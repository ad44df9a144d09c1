import { type Language, languages } from '../../shared/accounts/account.ts';

/** Of the languages that there are the one that the browser's owner likes best; English where it names none. RFC 9110, 12.5.4. */
export function languageOf(accepted = ''): Language {
  const wanted = accepted.split(',').map((part) => {
    const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
    const quality = parameters.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find((q) => q !== undefined);
    return { language: range.split('-')[0], quality: Number(quality ?? 1) };
  });
  const [best] = wanted
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .flatMap((one) => languages.filter((language) => language === one.language));
  return best ?? 'en';
}
