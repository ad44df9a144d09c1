import * as z from 'zod';
import { entities } from '../roster/records.ts';
import { Day, DistrictPath, Id, Instant, PageQuery, pageOf } from './parameters.ts';

const entity = z.enum(entities);
const reason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .meta({ description: 'Why, for whoever finds the edit later.' });
const until = Day.meta({
  description: "The first day, in the district's time zone, on which the edit is no longer in force.",
});
const value = z.unknown().meta({ description: 'As the field is; null blanks one that may be blank.' });
const record = z
  .record(z.string(), z.unknown())
  .meta({ description: 'As the roster shows it, without its sourcedId and status.' });

export const EditQuery = PageQuery.extend({
  entity: entity.optional(),
  sourcedId: Id.optional(),
  owner: z.string().max(300).optional(),
});

export const EditView = z.object({
  entity,
  sourcedId: z.string(),
  field: z.string().optional().meta({ description: 'Absent for a manual record.' }),
  value: value.optional(),
  record: record.optional().meta({ description: 'Of a manual record.' }),
  owner: z.string(),
  reason: z.string(),
  until: until.optional(),
  at: Instant,
});
export type EditView = z.infer<typeof EditView>;
export const EditPage = pageOf(EditView);

export const EditedRecordPath = DistrictPath.extend({ entity, sourcedId: Id });
export const EditedFieldPath = EditedRecordPath.extend({ field: z.string().max(64) });

export const OverrideBody = z.strictObject({ value, reason, until: until.optional() });
export const ManualRecordBody = z.strictObject({ record, reason, until: until.optional() });
