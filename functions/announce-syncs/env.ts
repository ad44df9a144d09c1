import * as z from 'zod';

export const Env = z.object({ PROVISIONS_QUEUE: z.string(), REPORTS_TABLE: z.string() });
