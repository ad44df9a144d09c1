import * as z from 'zod';

/** RFC 9457. `type` is `urn:rolebook:problem:<code>`; members beyond these depend on the code. */
export const Problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string(),
  requestId: z.string(),
  errors: z
    .array(z.object({ pointer: z.string(), detail: z.string(), code: z.string().optional() }))
    .optional()
    .meta({ description: 'JSON pointers into the body, or into `path`, `query` and `header`.' }),
});
export type Problem = z.infer<typeof Problem>;
