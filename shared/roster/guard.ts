import { type Entity, entities } from './records.ts';
import type { GuardLimits, GuardReport } from './sync.ts';

/**
 * Whether removals may go on unasked. A breach needs both the number and strictly more than the share,
 * so that a small school may lose three people and a large one its usual leavers.
 */
export function guard(
  limits: GuardLimits,
  seen: Partial<Record<Entity, { active: number; removals: number }>>,
): GuardReport {
  const rows: GuardReport['entities'] = [];
  for (const entity of entities) {
    const { active = 0, removals = 0 } = seen[entity] ?? {};
    if (active === 0 && removals === 0) continue;
    const percent = active === 0 ? 0 : (100 * removals) / active;
    const breached = removals >= limits.atLeast && percent > limits.percent;
    rows.push({ entity, active, removals, percent: Math.round(percent * 100) / 100, breached });
  }
  return { limits, breached: rows.some((row) => row.breached), entities: rows };
}
