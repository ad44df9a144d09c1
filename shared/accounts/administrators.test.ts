import { expect, test } from 'vitest';
import type { Assignment } from '../access/facts.ts';
import { shippedCatalogues } from '../access/shipped-catalogues.ts';
import { isAdministrator } from './administrators.ts';

const scope = { type: 'district', ids: ['d-1'] } as const;
const given = (system: string, role: string, more: Partial<Assignment> = {}): Assignment => ({
  ...{ id: 'x', system, role, scope: { ...scope, ids: [...scope.ids] }, source: 'manual' },
  ...more,
});

test.each([
  ['security_full', [given('pcr', 'security_full')], true],
  ['district data administrator', [given('hmh', 'district_data_admin')], true],
  ['such a role from next week on', [given('pcr', 'security_full', { from: '2026-11-28' })], true],
  ['such a role until tomorrow', [given('pcr', 'security_full', { until: '2026-11-22' })], true],
  ['such a role until today', [given('pcr', 'security_full', { until: '2026-11-21' })], false],
  ['a teacher', [given('hmh', 'teacher'), given('pcr', 'teacher')], false],
  ['a role of a system that is no more', [given('gone', 'security_full')], false],
  ['nothing', [], false],
])('who holds %s', (_, manual, expected) => {
  expect(isAdministrator(shippedCatalogues, { manual }, '2026-11-21')).toBe(expected);
});
