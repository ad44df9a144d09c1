import * as z from 'zod';

/** Queue `plans`: plan this sync, or go on with it. */
export const PlanMessage = z.strictObject({ district: z.string(), syncId: z.string() });
export type PlanMessage = z.infer<typeof PlanMessage>;

/** Queue `pulls`: pull the feed of this sync. */
export const PullMessage = z.strictObject({ district: z.string(), syncId: z.string() });
export type PullMessage = z.infer<typeof PullMessage>;

/** Queue `changes`: one chunk of a plan, by reference. */
export const ChangesMessage = z.strictObject({
  district: z.string(),
  syncId: z.string(),
  generation: z.number().int().positive(),
  planHash: z.string(),
  /** 0-based. */
  chunk: z.number().int().nonnegative(),
});
export type ChangesMessage = z.infer<typeof ChangesMessage>;

/** Queue `finishes`: all chunks are in, or so it seemed. */
export const FinishMessage = z.strictObject({ district: z.string(), syncId: z.string() });
export type FinishMessage = z.infer<typeof FinishMessage>;
