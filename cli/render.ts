import {
  countNames,
  type Evaluation,
  entities,
  type GuardBreach,
  type PlanChange,
  type Provenance,
  type Sync,
} from './api-types.ts';

/** Columns as wide as their widest cell; numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries())
      widths[index] = Math.max(widths[index] ?? 0, String(cell).length);
  }
  const pad = (cell: string | number, width: number): string =>
    typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
  return rows
    .map((row) =>
      row
        .map((cell, index) => pad(cell, widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Columns that are 0 throughout are left out. */
export function countsTable({ counts }: Pick<Sync, 'counts'>): string {
  const present = entities.flatMap((entity) => {
    const count = counts[entity];
    return count === undefined ? [] : [{ entity, count }];
  });
  const names = countNames.filter(
    (name) => name === 'received' || present.some(({ count }) => (count[name] ?? 0) > 0),
  );
  return table([
    ['', ...names],
    ...present.map(({ entity, count }) => [entity, ...names.map((name) => count[name] ?? 0)]),
  ]);
}

const whyHeld: Record<NonNullable<Sync['hold']>['reason'], string> = {
  guard: 'it would take away more than the guard lets pass',
  'dry-run': 'it is a dry run',
  season: 'the season of its feed holds everything it brings',
  drift: 'what is stored is not what was committed',
  renames: 'the source has given known records other ids',
};

export function syncText(sync: Sync): string {
  const lines = [`Sync ${sync.syncId} is ${sync.state}.`];
  const { rejection, failure, hold, problems, planHash } = sync;
  if (rejection !== undefined) {
    const where = [
      rejection.file,
      rejection.row === undefined ? undefined : `line ${rejection.row}`,
      rejection.column,
    ];
    const place = where.filter((part) => part !== undefined).join(', ');
    lines.push(
      `${rejection.message}${place === '' ? '' : ` (${place})`} [${rejection.code}]`,
      `  ${rejection.hint}`,
    );
  }
  if (failure !== undefined) lines.push(`A fault on the service's side: ${failure}`);
  if (Object.keys(sync.counts).length > 0) lines.push('', countsTable(sync));
  if (problems !== undefined && problems.errors + problems.warnings > 0) {
    lines.push('', `Problems: ${problems.errors} errors, ${problems.warnings} warnings.`);
  }
  if (sync.partApplied && hold === undefined) {
    lines.push('', 'A part of it was applied, and stands.', `Undo it: rolebook rollback ${sync.syncId}`);
  }
  if (hold !== undefined) {
    lines.push(
      '',
      `${hold.remaining} changes wait for an approval: ${whyHeld[hold.reason]}. Plan ${planHash ?? 'unknown'}.`,
      ...(sync.guard?.breaches ?? []).slice(0, 5).map((breach) => `  ${breachText(breach)}`),
    );
    if (hold.awaits === 'second-person') {
      const by = hold.approvals?.map((approval) => approval.by).join(', ') ?? 'somebody';
      lines.push(`Approved by ${by}. So many take two persons: somebody else has to approve the same plan.`);
    }
    lines.push(`See them:   rolebook plan ${sync.syncId}`, `Apply them: rolebook approve ${sync.syncId}`);
  }
  return lines.join('\n');
}

function breachText({ entity, school, role, window, active, removals, percent }: GuardBreach): string {
  const where = [role && `role ${role}`, school && `school ${school}`].filter(Boolean).join(', ');
  const when = window === 'run' ? '' : ` within ${window === '24h' ? '24 hours' : '7 days'}`;
  return `${removals} of ${active} ${entity}${where === '' ? '' : ` (${where})`}${when}: ${percent} %`;
}

export function changeText(change: PlanChange): string {
  const { entity, kind, sourcedId, held, before = {}, after = {}, access = [], renamed } = change;
  const lines = [`${kind.padEnd(10)} ${entity} ${sourcedId}${held ? '  (held)' : ''}`];
  if (kind === 'update') {
    for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
      lines.push(`    ${field}: ${valueText(before[field])} → ${valueText(after[field])}`);
    }
  }
  if (renamed !== undefined)
    lines.push(`    is ${renamed.id} in ${renamed.feed}: same ${renamed.agrees.join(', ')}`);
  for (const { system, gained, lost } of access) {
    for (const role of gained) lines.push(`    + ${system} ${role}`);
    for (const role of lost) lines.push(`    - ${system} ${role}`);
  }
  return lines.join('\n');
}

const valueText = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value));

export function evaluationText(
  { decision, context: { reason } }: Evaluation,
  provenance: Provenance | undefined,
): string {
  const lines = [`${decision ? 'allowed' : 'denied'} (${reason.code}): ${reason.message}`];
  const { row, source, assignment, path = [], missed = [] } = reason;
  if (row !== undefined)
    lines.push(`  row         ${row}${source === undefined ? '' : `  (source ${source})`}`);
  if (assignment !== undefined) lines.push(`  assignment  ${assignment}`);
  if (provenance !== undefined) lines.push(`  from        ${provenanceText(provenance)}`);
  if (path.length > 0) lines.push('  because', ...path.map((fact) => `    ${fact}`));
  if (missed.length > 0) lines.push('  nearest misses', ...missed.map((miss) => `    ${miss}`));
  return lines.join('\n');
}

function provenanceText(provenance: Provenance): string {
  switch (provenance.source) {
    case 'roster': {
      const { feed, appliedAt, rule, rows = [], notInLastFeed } = provenance;
      const parts = [
        feed && `feed ${feed}`,
        ...rows.map(({ file, row }) => `${file} line ${row}`),
        notInLastFeed && 'not in its last file',
        rule && `rule ${rule.id}`,
        appliedAt && `applied ${appliedAt}`,
      ];
      return parts.filter((part) => typeof part === 'string').join(', ');
    }
    case 'manual': {
      const { assignedBy = 'somebody', assignedAt, confirmedBy } = provenance;
      const when = assignedAt === undefined ? '' : ` at ${assignedAt}`;
      return `${assignedBy}${when}${confirmedBy === undefined ? '' : `, confirmed by ${confirmedBy}`}`;
    }
    case 'calculated':
      return provenance.records.map(({ kind, id }) => `${kind} ${id}`).join(', ');
    default:
      return provenance satisfies never;
  }
}
