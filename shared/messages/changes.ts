import * as z from 'zod';
import { resyncReasons } from '../roster/change-feed.ts';
import { entities } from '../roster/records.ts';
import { Told } from '../roster/told.ts';
import { Instant } from './parameters.ts';

export const ChangesQuery = z.strictObject({
  after: z.string().optional().meta({
    description: 'The `cursor` of the last answer. Without one, or with one that leads nowhere: `resync`.',
  }),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

const placed = {
  sequence: z.int().meta({ description: 'Rises from answer to answer; what one commit brought shares one.' }),
  at: Instant,
};
const change = z.enum(['created', 'updated', 'suspended', 'reactivated', 'removed']).meta({
  description:
    'What became of it since the cursor. What is new to you may be `updated`, what you never saw `removed`.',
});

const RosterItem = z.object({
  ...placed,
  type: z.literal('roster'),
  change,
  entity: z.enum(entities),
  id: z.string().meta({ description: 'sourcedId' }),
});
const AccessItem = z.object({
  ...placed,
  type: z.literal('access').meta({ description: 'What the roster gives a user: roles, classes, orgs.' }),
  change,
  id: z.string().meta({ description: 'sourcedId of the user' }),
});
const ToldItem = Told.extend(placed);

const Snapshot = z.record(z.string(), z.string()).meta({
  description:
    'Where to read what stands now, by name. Read after the cursor was given: follow from it then.',
});

/** There are always a cursor and `more`, so that whoever polls needs to look at nothing else. */
export const ChangesView = z.object({
  items: z.array(z.union([RosterItem, AccessItem, ToldItem])),
  cursor: z.string().meta({ description: 'Opaque; to be kept once all items are seen to.' }),
  more: z.boolean().meta({ description: 'Ask again at once. An answer may have no items and still more.' }),
  resync: z.object({ reason: z.enum(resyncReasons), snapshot: Snapshot }).optional(),
});
export type ChangesView = z.infer<typeof ChangesView>;

const lists = [...entities, 'settings', 'mapping', 'catalogues', 'overlays', 'accounts', 'requests'];

/** The lists that a follower starts from. Who holds what is asked by user or role. */
export function snapshotOf(district: string): Record<string, string> {
  return Object.fromEntries(
    [...lists, 'assignments'].map((list) => [list, `/v1/districts/${district}/${list}`]),
  );
}
