import { digestOf } from '../../shared/access/lookup.ts';
import { asJson, type Personal } from '../../shared/audit/line.ts';
import { RequestError } from '../../shared/errors.ts';
import {
  isKeptType,
  type KeptType,
  recordBodies,
  recordKinds,
  resourceBodies,
} from '../../shared/messages/facts.ts';
import { noSuchDistrict } from '../../shared/runtime/decide.ts';
import { type Handlers, withEtag } from '../../shared/runtime/routing.ts';
import { validate } from '../../shared/runtime/validation.ts';
import type { FactAt, KeptFact } from '../../shared/store/kept-facts.ts';
import type { Deps } from './deps.ts';
import { makeOwnResources } from './own-resources.ts';

type FactHandlers = Pick<
  Handlers<'manage-accounts'>,
  | 'listFactRecords'
  | 'getFactRecord'
  | 'putFactRecord'
  | 'removeFactRecord'
  | 'getResource'
  | 'putResource'
  | 'removeResource'
>;
type RecordPath = { kind: keyof typeof recordKinds; id: string };
type ResourcePath = { type: KeptType; id: string };

const recordAt = ({ kind, id }: RecordPath) => ({ kind: 'record', type: recordKinds[kind], id }) as const;
const resourceAt = ({ type, id }: ResourcePath) => ({ kind: 'resource', type, id }) as const;

/** Checks read what is kept here themselves: nothing else has to follow a change (docs/decisions/0009). */
export function makeFactHandlers(deps: Deps): FactHandlers {
  const { facts, access, events } = deps;
  const own = makeOwnResources(deps);
  return {
    async listFactRecords({ params: { district, kind }, query }) {
      await refuseUnknownDistrict(district);
      const page = await facts.list(district, { kind: 'record', type: recordKinds[kind] }, query);
      return { ...page, items: page.items.map(recordView) };
    },

    async getFactRecord({ params: { district, ...path } }) {
      const kept = await find(district, recordAt(path));
      return withEtag(recordView(kept), kept.revision);
    },

    async putFactRecord({ params: { district, ...path }, body, by, ifMatch }) {
      const at = recordAt(path);
      const value = validate(recordBodies[at.type], body, 'body');
      const kept = await put({ district, at, by, ifMatch }, value);
      return withEtag(recordView(kept), kept.revision);
    },

    async removeFactRecord({ params: { district, ...path }, by, ifMatch }) {
      return remove({ district, at: recordAt(path), by, ifMatch });
    },

    async getResource({ params: { district, type, id } }) {
      if (!isKeptType(type)) return own.get(district, { type, id });
      const path = { type, id };
      const kept = await find(district, resourceAt(path));
      return withEtag(resourceView(path.type, kept), kept.revision);
    },

    async putResource({ params: { district, type, id }, body, by, ifMatch }) {
      if (!isKeptType(type)) return own.put(district, { type, id }, { body, by });
      const path = { type, id };
      const value = validate(resourceBodies[path.type], body, 'body');
      const kept = await put({ district, at: resourceAt(path), by, ifMatch }, value);
      return withEtag(resourceView(path.type, kept), kept.revision);
    },

    async removeResource({ params: { district, type, id }, by, ifMatch }) {
      if (!isKeptType(type)) return own.remove(district, { type, id }, by);
      return remove({ district, at: resourceAt({ type, id }), by, ifMatch });
    },
  };

  async function find(district: string, at: FactAt): Promise<KeptFact> {
    const kept = await facts.find(district, at);
    if (kept !== undefined) return kept;
    throw new RequestError('not-found', `unknown-${at.kind}`, `There is no such ${at.kind}.`);
  }

  async function put({ district, at, by, ifMatch }: Asked, value: object): Promise<KeptFact> {
    await refuseUnknownDistrict(district);
    // What was left out is not kept as such.
    const given = Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));
    const before = await facts.find(district, at);
    const kept = await facts.put(district, at, given, { read: withoutAddresses(given), ifMatch });
    const personal = personalOf(at, before, kept);
    events.audited({ district, by, action: 'fact-changed', what: at, personal });
    return kept;
  }

  async function remove({ district, at, by, ifMatch }: Asked): Promise<undefined> {
    const before = await facts.find(district, at);
    await facts.remove(district, at, ifMatch);
    events.audited({ district, by, action: 'fact-removed', what: at, personal: personalOf(at, before) });
    return undefined;
  }

  async function refuseUnknownDistrict(district: string): Promise<void> {
    if ((await access.district(district)) === undefined) throw noSuchDistrict();
  }
}

function personalOf({ id }: FactAt, before: KeptFact | undefined, after?: KeptFact): Personal {
  return {
    about: id,
    ...(before === undefined ? {} : { before: asJson(before) }),
    ...(after === undefined ? {} : { after: asJson(after) }),
  };
}

/** Checks read digests of a record's addresses. */
function withoutAddresses({ emails, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return Array.isArray(emails) ? { ...rest, mail: emails.map((email) => digestOf(String(email))) } : rest;
}

type Asked = { district: string; at: FactAt; by: string; ifMatch?: string | undefined };

function recordView({ id, value }: KeptFact) {
  return { ...value, id };
}

function resourceView(type: KeptType, { id, value }: KeptFact) {
  return { ...value, type, id };
}
