import * as z from 'zod';

const ulid = '[0-9A-HJKMNP-TV-Z]{26}';
/** The places that somebody who signs in may be led on to: pages and downloads of ours, and nothing else that an address may ask for. */
const nextPlace = new RegExp(
  `^/(account|reports(#${ulid})?|v1/districts/[a-z0-9][a-z0-9-]{0,62}/reports/${ulid}(/links/${ulid})?/download)$`,
);

export const NextPlace = z.string().regex(nextPlace, 'must be a place of this service');
