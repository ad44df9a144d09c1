import * as z from 'zod';
import { asJson } from '../../shared/audit/line.ts';
import { RequestError } from '../../shared/errors.ts';
import { editable, fieldSchema, isWords } from '../../shared/roster/editable.ts';
import type { EditAt } from '../../shared/roster/edits.ts';
import type { Entity } from '../../shared/roster/records.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { type Handlers, type RequestOf, type RoutesOf, withEtag } from '../../shared/runtime/routing.ts';
import { validate } from '../../shared/runtime/validation.ts';
import type { EditsDesk } from './edits-desk.ts';

type EditHandlers = Pick<
  Handlers<'manage-syncs'>,
  'listEdits' | 'putOverride' | 'releaseOverride' | 'putManualRecord' | 'releaseManualRecord'
>;
type Deps = { edits: EditsDesk; events: Pick<Events, 'audited'> };
type Require = RequestOf<RoutesOf<'manage-syncs'>>['require'];

export function makeEditHandlers({ edits, events }: Deps): EditHandlers {
  function audit(
    district: string,
    by: string,
    at: EditAt & { sync: string; released: boolean; after?: unknown },
  ): void {
    const { entity, sourcedId, field, sync, released, after } = at;
    const what = { entity, sourcedId, ...(field === undefined ? {} : { field }), sync };
    // What it was before stands in the plan of the sync.
    const personal = after === undefined ? {} : { personal: { about: sourcedId, after: asJson(after) } };
    events.audited({ district, by, action: released ? 'edit-released' : 'record-edited', what, ...personal });
  }

  return {
    async listEdits({ params, query }) {
      const { page, etag } = await edits.list(params.district, query);
      return withEtag(page, etag);
    },

    async putOverride({ params: { district, ...at }, body, by, now, newId, ifMatch, require }) {
      const schema = z.object({ value: knownField(at) });
      await requireRoles(require, district, at);
      const { value } = validate(schema, { value: body.value ?? null }, 'body');
      const told = toldBy(by, now, body);
      const asking = { syncId: newId, by, ifMatch };
      const { sync, etag } = await edits.override(district, asking, { ...at, value, ...told });
      audit(district, by, { ...at, sync: sync.syncId, released: false, after: value });
      return withEtag(sync, etag);
    },

    async releaseOverride({ params: { district, ...at }, by, newId, ifMatch, require }) {
      knownField(at);
      await requireRoles(require, district, at);
      const { sync, etag } = await edits.release(district, { syncId: newId, by, ifMatch }, at);
      audit(district, by, { ...at, sync: sync.syncId, released: true });
      return withEtag(sync, etag);
    },

    async putManualRecord({ params: { district, ...at }, body, by, now, newId, ifMatch }) {
      const { record } = validate(z.object({ record: editable[at.entity] }), body, 'body');
      const told = toldBy(by, now, body);
      const asking = { syncId: newId, by, ifMatch };
      const { sync, etag } = await edits.putRecord(district, asking, { ...at, record, ...told });
      audit(district, by, { ...at, sync: sync.syncId, released: false, after: record });
      return withEtag(sync, etag);
    },

    async releaseManualRecord({ params: { district, ...at }, by, newId, ifMatch }) {
      const { sync, etag } = await edits.release(district, { syncId: newId, by, ifMatch }, at);
      audit(district, by, { ...at, sync: sync.syncId, released: true });
      return withEtag(sync, etag);
    },
  };
}

function toldBy(owner: string, now: Date, { reason, until }: { reason: string; until?: string | undefined }) {
  return { owner, reason, ...(until === undefined ? {} : { until }), at: now.toISOString() };
}

/** @throws {RequestError} unprocessable for a field that people can't write */
function knownField({ entity, field }: { entity: Entity; field: string }): z.ZodType {
  const schema = fieldSchema(entity, field);
  if (schema !== undefined) return schema;
  throw new RequestError(
    'unprocessable',
    'unknown-field',
    `${entity} have no field "${field}" to be edited.`,
    {
      fields: [
        { pointer: '/path/field', detail: `one of ${Object.keys(editable[entity].shape).join(', ')}` },
      ],
    },
  );
}

/**
 * Roles, logins and classes follow from most fields, so writing them is as much as handing out roles.
 * @throws {RequestError} forbidden, with the reason
 */
async function requireRoles(
  require: Require,
  district: string,
  { entity, field }: { entity: Entity; field: string },
): Promise<void> {
  if (isWords(entity, field)) return;
  await require('hmh:roster.automated_import', { type: 'district', id: district });
}
