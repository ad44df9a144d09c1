import * as z from 'zod';
import { entities } from '../roster/records.ts';
import { FeedId } from './districts.ts';
import { DistrictPath, Id, Instant, PageQuery, pageOf } from './parameters.ts';

const entity = z.enum(entities);
const reason = z.string().trim().min(1).max(500).meta({ description: 'Why, for whoever finds it later.' });

export const IdentityPath = DistrictPath.extend({ entity, feed: FeedId, id: Id });
export const IdentityQuery = PageQuery.extend({ entity: entity.optional(), feed: FeedId.optional() });

export const IdentityBody = z.strictObject({
  is: Id.meta({
    description:
      "The sourcedId of the record that the feed's id stands for; the id itself where it is that record after all; or `new`, where it is " +
      'nobody whom the roster knows.',
  }),
  reason,
});

export const IdentityView = z.object({
  entity,
  feed: z.string(),
  id: z.string(),
  is: z.string().meta({ description: 'A sourcedId; of somebody new, the one that they will have.' }),
  owner: z.string(),
  reason: z.string(),
  at: Instant,
});
export const IdentityPage = pageOf(IdentityView);
