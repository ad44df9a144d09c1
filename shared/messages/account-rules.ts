import * as z from 'zod';
import { Id } from './parameters.ts';

export const AccountRule = z.strictObject({
  name: z.string().trim().min(1).max(100),
  roles: z.array(z.string().min(1).max(100)).min(1).max(20).meta({
    description: 'OneRoster roles, e.g. `teacher`, `student`, `parent`; one of them is enough.',
  }),
  schools: z
    .array(Id)
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: 'Where the role is held; anywhere where absent.' }),
  username: z.enum(['username', 'email', 'sourcedId']).default('username').meta({
    description: 'What of the roster’s record the person signs in by.',
  }),
  approved: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether they may sign in without somebody approving first.' }),
  invite: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether a mail invites them to choose a password.' }),
});

export const AccountRulesBody = z.strictObject({
  rules: z
    .array(AccountRule)
    .max(50)
    .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, 'each name once')
    .meta({ description: 'The first that fits a person counts.' }),
});

export const AccountRulesView = AccountRulesBody.extend({
  progress: z
    .object({
      upToDate: z
        .boolean()
        .meta({ description: 'Whether all accounts follow these rules and the committed roster.' }),
      made: z.int(),
      removed: z.int(),
      kept: z.int().meta({
        description: 'Accounts of purged people that own queries or filters: remove them yourself.',
      }),
      unmade: z
        .array(z.object({ user: z.string(), rule: z.string(), code: z.string() }))
        .meta({ description: 'The first hundred whom a rule fits and who have no account.' }),
    })
    .meta({ description: 'Of the last time that the roster was gone through.' }),
});
export type AccountRulesView = z.infer<typeof AccountRulesView>;

/** Queue `provisions`: roster or rules have changed. */
export const ProvisionMessage = z.strictObject({ district: z.string() });
export type ProvisionMessage = z.infer<typeof ProvisionMessage>;
