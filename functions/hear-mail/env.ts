import * as z from 'zod';

export const Env = z.object({ LOGINS_TABLE: z.string(), REPORTS_TABLE: z.string() });
