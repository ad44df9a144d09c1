import * as z from 'zod';
import { MappingRules } from '../access/mapping-rules.ts';
import { Instant } from './parameters.ts';

/** All rules at once: what is left out is no more. */
export const MappingBody = z.strictObject({ rules: MappingRules });

const version = z.string().meta({ description: 'Follows from the rules: equal rules have equal versions.' });

export const MappingView = z.object({
  active: z.object({
    version,
    rules: MappingRules,
    activatedAt: Instant.optional().meta({ description: 'Absent for the rules that a new district has.' }),
    activatedBy: z.string().optional(),
    sync: z.string().optional().meta({ description: 'The sync whose plan brought them into force.' }),
  }),
  draft: z
    .object({ version, rules: MappingRules, savedAt: Instant, savedBy: z.string() })
    .optional()
    .meta({ description: 'Does nothing until it is simulated and activated.' }),
});
export type MappingView = z.infer<typeof MappingView>;
