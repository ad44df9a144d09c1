import * as z from 'zod';

/**
 * What people changed, as the change feed tells it: what it is and which, never what it says. `id` of a setting is the part of the
 * district that changed, of tags the user.
 */
export const Told = z.object({
  type: z.enum([
    'assignment',
    'request',
    'setting',
    'catalogue',
    'overlay',
    'account',
    'record',
    'resource',
    'tags',
  ]),
  change: z.enum(['created', 'updated', 'removed']),
  id: z.string(),
  /** Of a record or resource: its type. */
  kind: z.string().optional(),
  /** Whose it is. */
  user: z.string().optional(),
  system: z.string().optional(),
});
export type Told = z.infer<typeof Told>;

/** One entry of a district's log. A number that nobody used tells nothing. */
export type LogEntry = {
  /** From 1 on, without gaps. */
  sequence: number;
  /** ISO 8601. */
  at: string;
  told: Told[];
  /** Of a commit: key of the manifest of what stands from then on. */
  manifest?: string;
};

/** Entries are kept this long; the cursor of a follower works a day less, so that it never meets one that is half gone. */
export const logDays = 30;
export const cursorDays = logDays - 1;
