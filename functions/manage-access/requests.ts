import * as z from 'zod';
import { findRole } from '../../shared/access/catalogue.ts';
import { RequestError } from '../../shared/errors.ts';
import { noSuchDistrict } from '../../shared/runtime/decide.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import { auditOf, type Deed } from '../../shared/store/deeds.ts';
import type { Holding } from '../../shared/store/holders.ts';
import { assignmentView, requestView } from './assignments.ts';
import type { Deps } from './deps.ts';

/** The roster's own requests stand in the person's facts, so that their id says whose and which. */
const RosterRequest = z.tuple([z.string(), z.string()]);
const rosterPrefix = 'roster.';

export function makeRequestHandlers({
  access,
  assignments,
  holders,
  cataloguesOf,
  events,
}: Pick<Deps, 'access' | 'assignments' | 'holders' | 'cataloguesOf' | 'events'>): Pick<
  Handlers<'manage-access'>,
  'listRequests' | 'confirmRequest'
> {
  return {
    async listRequests({ params: { district }, query }) {
      const facts = await access.district(district);
      if (facts === undefined) throw noSuchDistrict();
      const privileged = [...(await cataloguesOf(facts)).values()].flatMap(({ system, roles }) =>
        roles.filter((role) => role.privileged).map((role) => ({ system, role: role.id })),
      );
      const at = { district, committed: facts.committed };
      const page = await holders.list(at, { roles: privileged, kind: 'request' }, query);
      return { ...page, items: page.items.map((holding) => requestView(requestId(holding), holding)) };
    },

    async confirmRequest({ params: { district, request }, by, now, newId }) {
      const asked = await (request.startsWith(rosterPrefix)
        ? askedByRoster(district, request, { by, now, newId })
        : askedByPerson(district, request));
      if (await isOneOfThem(district, by, [asked.userId, asked.by])) {
        throw new RequestError(
          'forbidden',
          'own-request',
          'Somebody else must confirm what you asked for, or would get.',
        );
      }
      if (asked.kind === 'assignment') await assignments.record(district, asked);
      const deed =
        asked.kind === 'assignment'
          ? asked
          : await assignments.confirm(district, asked, { by, at: now.toISOString() });
      events.audited({ district, by, action: 'role-confirmed', what: auditOf(deed) });
      return assignmentView(deed.userId, deed.assignment, deed);
    },
  };

  /** A person and their logins are one. */
  async function isOneOfThem(district: string, by: string, ids: readonly string[]): Promise<boolean> {
    if (ids.includes(by)) return true;
    const mine = (await access.holder(district, by))?.ids ?? [];
    return ids.some((id) => mine.includes(id));
  }

  async function askedByPerson(district: string, id: string): Promise<Deed> {
    const deed = await assignments.find(district, id);
    if (deed?.kind === 'request') return deed;
    throw deed === undefined
      ? unknownRequest()
      : new RequestError('conflict', 'not-requested', 'The request has been answered already.');
  }

  /** The assignment that a confirmation makes: by hand, since a sync never takes away what a person confirmed. */
  async function askedByRoster(
    district: string,
    id: string,
    { by, now, newId }: { by: string; now: Date; newId: string },
  ): Promise<Deed> {
    const [userId, wanted] = readRequestId(id);
    const found = await access.person(district, userId);
    const asked = found?.person?.roster?.requests.find((one) => one.id === wanted);
    if (found === undefined || asked === undefined) throw unknownRequest();
    const { rule: _, ...assignment } = asked;
    const catalogue = (await cataloguesOf(found.district)).get(asked.system);
    const seats = catalogue && findRole(catalogue, asked.role)?.seats;
    return {
      kind: 'assignment',
      userId,
      assignment: { ...assignment, id: newId, source: 'manual' },
      by: 'roster',
      at: now.toISOString(),
      confirmedBy: by,
      confirmedAt: now.toISOString(),
      confirms: asked.id,
      ...(seats === undefined ? {} : { seats }),
    };
  }
}

function requestId({ userId, assignment, deed }: Holding): string {
  if (deed !== undefined) return assignment.id;
  return rosterPrefix + Buffer.from(JSON.stringify([userId, assignment.id])).toString('base64url');
}

function readRequestId(id: string): z.infer<typeof RosterRequest> {
  try {
    const text = Buffer.from(id.slice(rosterPrefix.length), 'base64url').toString('utf8');
    return RosterRequest.parse(JSON.parse(text));
  } catch (cause) {
    throw unknownRequest(cause);
  }
}

function unknownRequest(cause?: unknown): RequestError {
  return new RequestError('not-found', 'unknown-request', 'There is no such request.', { cause });
}
