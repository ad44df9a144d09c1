import * as z from 'zod';

/** Parts that many messages share: ids, days, pages. */

export const DistrictId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, at most 63 characters')
  .meta({ description: 'Chosen by the operator, never changed.' });

/** A `sourcedId` or an id of ours; any character but controls, since feeds use them all. */
export const Id = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}+$/u, 'no control characters');

/** Anything that a mail system may take: it is the mail that proves an address. */
export const Email = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, 'must be an e-mail address');

export const Ulid = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'a ULID');

/** A calendar day that exists. */
export const Day = z.iso.date();

/** Seconds or finer, UTC. */
export const Instant = z.iso.datetime();

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits');

export const PageQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .meta({ description: 'Most items of one page; a page may have fewer and still not be the last.' }),
  cursor: z
    .string()
    .max(4096)
    .optional()
    .meta({ description: 'Opaque; from the page before. The last page has none.' }),
});

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), cursor: z.string().optional() });
}

export const DistrictPath = z.strictObject({ district: DistrictId });
