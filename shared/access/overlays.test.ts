import { expect, test } from 'vitest';
import { aClass, anAssignment, aPerson, atSchool } from '../../test/builders/access-facts.ts';
import { answerTo, shipped } from '../../test/builders/catalogue-table.ts';
import { applyOverlay } from './overlays.ts';

const hmh = shipped('hmh');
const setting = 'hmh.school_data_admin.roster.bulk_import';
const asked = {
  permission: 'roster.bulk_import',
  subject: aPerson('u-1', {}, [anAssignment('school_data_admin', atSchool('s-3'))]),
  resource: aClass('c-9'),
  expected: true,
};

test('an overlay grants only where a district switched it on and its setting too', () => {
  const overlay = hmh.overlays.find(({ name }) => name === 'hmh-school-rostering');
  if (!overlay) return expect.unreachable();
  const changed = applyOverlay(hmh, overlay);
  const on = { ...asked, settings: { [setting]: true } };
  expect(answerTo(hmh, on).reason.code).toBe('no-role');
  expect(answerTo(changed, asked).reason).toMatchObject({ code: 'condition', source: '001:181' });
  expect(answerTo(changed, on).reason.code).toBe('allowed');
  expect(answerTo(changed, { ...on, resource: aClass('c-8', 's-4') }).reason.code).toBe('out-of-scope');
});

test('an overlay leaves the catalogue as it was, and says in the new one what it changed and why', () => {
  const before = structuredClone(hmh);
  const [overlay] = hmh.overlays;
  if (!overlay) return expect.unreachable();
  const row = applyOverlay(hmh, overlay).rows.find(({ permission }) => permission === 'roster.bulk_import');
  expect(row?.overlaid?.school_data_admin).toMatchObject({
    overlay: 'hmh-school-rostering',
    standing: 'read',
    source: ['001:181', '001:45'],
    reason: expect.stringContaining('lost'),
  });
  expect(hmh).toEqual(before);
});
