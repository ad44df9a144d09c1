import { RequestError } from '../../shared/errors.ts';
import type { Deps } from './deps.ts';

/** A no leaves on a multiple of this after it was asked: what is left of differences in work is rounded away. */
const beatMs = 250;

/** Whoever is not let in hears of it on the beat; who is, at once. */
export async function steadily<T>(
  { clock, pause }: Pick<Deps, 'clock' | 'pause'>,
  work: () => Promise<T>,
): Promise<T> {
  const from = clock();
  try {
    return await work();
  } catch (error) {
    if (error instanceof RequestError && error.kind === 'unauthenticated') {
      const taken = clock() - from;
      await pause(Math.ceil(taken / beatMs) * beatMs - taken);
    }
    throw error;
  }
}
