import { recordsBehind } from '../../shared/access/calculated-roles.ts';
import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import { whyNotEffective } from '../../shared/access/effective.ts';
import type { Assignment } from '../../shared/access/facts.ts';
import type { MappingRule } from '../../shared/access/mapping-rules.ts';
import { isOpen } from '../../shared/access/periods.ts';
import { permissionsOf } from '../../shared/access/role-permissions.ts';
import { assignmentInSeason, systemsHolding } from '../../shared/access/seasons.ts';
import { inactivityOf } from '../../shared/access/sentences.ts';
import type { UserAccess } from '../../shared/messages/access.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import type { HeldDeed } from '../../shared/store/past-deeds.ts';
import type { Deps } from './deps.ts';
import type { FeedRows } from './feed-rows.ts';
import { type Held, type HeldDeps, heldOn } from './held.ts';

type AssignmentIn = UserAccess['assignments'][number];
type Provenance = AssignmentIn['provenance'];
type Origin = UserAccess['roster'];

/** What the views of one answer share. */
type Shown = {
  held: Held;
  catalogues: CatalogueSet;
  rules: readonly MappingRule[];
  origin: Origin;
  feed: FeedRows | undefined;
};

/** What a person may do on a day by each assignment, whether or not it is effective, and where it comes from. */
export function makeUserAccess(
  deps: HeldDeps & Pick<Deps, 'syncs' | 'feedRows' | 'rulesOf'>,
): Pick<Handlers<'manage-access'>, 'getUserAccess'> {
  return {
    async getUserAccess({ params: { district, user }, query, now }) {
      const held = await heldOn(deps, { district, user, day: query.at, now });
      const { origin, feed } = await feedOf(deps, held);
      const rules = await deps.rulesOf(district, held.commit?.mapping);
      const catalogues = await deps.cataloguesOf(held.district);
      const shown: Shown = { held, catalogues, rules, origin, feed };
      const { roster, manual } = held.person;
      const all = [...(roster?.assignments ?? []), ...manual, ...held.calculated];
      return {
        user,
        at: held.at,
        status: roster?.status,
        catalogue: 'present',
        roster: origin,
        notes: [...held.notes, ...(feed !== undefined && 'unknown' in feed ? [feed.unknown] : [])],
        assignments: all.map((assignment) => assignmentIn(shown, assignment)),
        memberships: membershipsIn(shown),
      };
    },
  };
}

/** The sync whose feed the roster part comes from, and the person's rows in it. */
async function feedOf(
  { syncs, feedRows }: Pick<Deps, 'syncs' | 'feedRows'>,
  { district, commit, person, rosterId }: Held,
): Promise<{ origin: Origin; feed: FeedRows | undefined }> {
  const sync = commit && (await syncs.sync(district.id, commit.fedBy ?? commit.syncId));
  if (commit === undefined || sync?.value.feed === undefined) return { origin: undefined, feed: undefined };
  const { feed: name, syncId, finishedAt = commit.at } = sync.value;
  const origin = { feed: name, syncId, appliedAt: syncId === commit.syncId ? commit.at : finishedAt };
  const feed = person.roster === undefined ? undefined : await feedRows(sync.value, rosterId);
  return { origin, feed };
}

function assignmentIn(shown: Shown, assignment: Assignment): AssignmentIn {
  const { district, person, at } = shown.held;
  const {
    from: begin,
    until: end,
    ownDays,
  } = assignmentInSeason(assignment, person, { district, today: at });
  const catalogue = shown.catalogues.get(assignment.system);
  const why = inactivityOf(person) ?? whyNot(shown, assignment);
  return {
    ...assignment,
    user: person.id,
    effective: why === undefined,
    held: ownDays && { begin, end },
    why,
    provenance: provenanceOf(shown, assignment),
    permissions: catalogue === undefined ? [] : permissionsOf(catalogue, assignment.role),
  };
}

function whyNot(
  { held: { deeds, district, person, at }, catalogues }: Shown,
  assignment: Assignment,
): string | undefined {
  const deed = deeds.get(assignment.id);
  if (deed !== undefined && 'endedAt' in deed) {
    return `Was taken away by ${deed.endedBy} at ${deed.endedAt}; it was held until then.`;
  }
  return whyNotEffective(assignment, { person, district, catalogues, today: at });
}

function provenanceOf(shown: Shown, assignment: Assignment): Provenance {
  const { source } = assignment;
  switch (source) {
    case 'roster':
      return ofRoster(shown, assignment);
    case 'manual':
      return ofPeople(shown.held.deeds.get(assignment.id));
    case 'calculated':
      return ofRecords(shown, assignment);
    default:
      return source satisfies never;
  }
}

function ofRoster({ origin, feed, rules }: Shown, assignment: Assignment): Provenance {
  const rule = rules.find(({ id }) => id === assignment.rule);
  const title = rule === undefined ? {} : { title: rule.title };
  return {
    source: 'roster',
    ...origin,
    ...(assignment.rule === undefined ? {} : { rule: { id: assignment.rule, ...title } }),
    ...rowsBehind(feed, assignment, rule),
  };
}

/** The user's own row, and those of `roles.csv` that the rule looks at. */
function rowsBehind(
  feed: FeedRows | undefined,
  { scope }: Assignment,
  rule: MappingRule | undefined,
): Pick<Extract<Provenance, { source: 'roster' }>, 'rows' | 'notInLastFeed'> {
  if (feed === undefined || 'unknown' in feed) return {};
  const { user, roles } = feed.rows;
  if (user === undefined) return { notInLastFeed: true };
  const named = rule?.match.flatMap((match) => match.roles ?? []).map((role) => role.toLowerCase()) ?? [];
  const behind = roles.filter(
    ({ role, orgId }) =>
      (named.length === 0 || named.includes(role.toLowerCase())) &&
      (scope.type === 'district' || scope.ids.includes(orgId)),
  );
  return { rows: [user, ...behind.map(({ file, row, sourcedId }) => ({ file, row, sourcedId }))] };
}

function ofPeople(held: HeldDeed | undefined): Provenance {
  if (held === undefined) return { source: 'manual' };
  const { by, at, confirmedBy, confirmedAt } = held.deed;
  const ended = 'endedAt' in held ? { endedBy: held.endedBy, endedAt: held.endedAt } : {};
  return { source: 'manual', assignedBy: by, assignedAt: at, confirmedBy, confirmedAt, ...ended };
}

function ofRecords(
  { held: { person, district }, catalogues }: Shown,
  { system, role }: Assignment,
): Provenance {
  const catalogue = catalogues.get(system);
  const records = catalogue && recordsBehind(catalogue, person, district.schoolYear).get(role);
  return { source: 'calculated', records: records ?? [] };
}

function membershipsIn({ held: { district, person, at }, feed }: Shown): UserAccess['memberships'] {
  const rows = feed !== undefined && 'rows' in feed ? feed.rows.enrollments : undefined;
  return (person.roster?.memberships ?? []).map((membership) => {
    const own = rows?.filter(({ classId }) => classId === membership.classId);
    const isInactive = inactivityOf(person) !== undefined;
    const heldFor = isInactive ? [] : systemsHolding(membership, { district, today: at });
    return {
      ...membership,
      effective: isOpen(membership, at),
      ...(heldFor.length === 0 ? {} : { heldFor }),
      ...(own === undefined
        ? {}
        : { rows: own.map(({ file, row, sourcedId }) => ({ file, row, sourcedId })) }),
    };
  });
}
