import { nearestName } from './nearest-name.ts';

/** What is wrong in a file. `path`: JSON pointer (RFC 6901), empty = the whole file. `hint`: what to do about it. */
export type Finding = { path: string; message: string; hint: string };

export type Path = readonly PropertyKey[];

export function finding(path: Path, message: string, hint: string): Finding {
  return { path: pointerTo(path), message, hint };
}

export function pointerTo(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The hint for a name that is not known: the one that was meant, or else all there are. */
export function didYouMean(name: string, known: readonly string[], what: string): string {
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  return known.length === 0 ? `There are no ${what}.` : `Known ${what}: ${known.join(', ')}.`;
}
