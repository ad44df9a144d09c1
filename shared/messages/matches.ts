import * as z from 'zod';
import { DistrictPath, Id, pageOf } from './parameters.ts';

export const MatchView = z.object({
  users: z
    .tuple([z.string(), z.string()])
    .meta({ description: 'Ids of two records from different feeds; the first feed’s comes first.' }),
  evidence: z.array(z.string()).meta({ description: 'Which facts agree, in words; never their values.' }),
});
export type MatchView = z.infer<typeof MatchView>;
export const MatchPage = pageOf(MatchView);

export const MatchPath = DistrictPath.extend({ user: Id, other: Id });

export const MatchDecision = z.strictObject({
  same: z.boolean().meta({
    description:
      'true: both are one person, who goes by `user`. false: they are two, and are not asked about again.',
  }),
  reason: z.string().trim().min(1).max(500),
});
