/** Milliseconds. Whoever is not let in hears of it on a multiple of this: what is left of differences in work is rounded away. */
const beatMs = 250;

export type Beat = {
  /** Milliseconds from some moment on; never goes back. */
  clock: () => number;
  pause: (milliseconds: number) => Promise<void>;
};

/** Waits for the next beat since `began`, by the clock. */
export async function untilBeat({ clock, pause }: Beat, began: number): Promise<void> {
  const taken = clock() - began;
  await pause(Math.ceil(taken / beatMs) * beatMs - taken);
}
