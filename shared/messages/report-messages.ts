import * as z from 'zod';

/** Queue `builds`: make this report, which somebody asked for. */
export const BuildMessage = z.strictObject({ district: z.string(), report: z.string() });
export type BuildMessage = z.infer<typeof BuildMessage>;
