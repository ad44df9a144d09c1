import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  aClass,
  anAssignment,
  aPerson,
  aSchool,
  atSchool,
  enrolled,
  facts,
  inDistrict,
  theDistrict,
  today,
} from '../../test/builders/access-facts.ts';
import { shipped } from '../../test/builders/catalogue-table.ts';
import type { Catalogue } from './catalogue.ts';
import {
  changedPrivileges,
  effectiveCatalogues,
  makeOurCatalogues,
  versionOf,
} from './district-catalogues.ts';
import { evaluate } from './evaluate.ts';
import { parseCatalogue } from './parse-catalogue.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

const hmh = shipped('hmh');

/** As a district puts it and its head points to it. */
function withOwn(...own: Catalogue[]) {
  const documents = { catalogues: new Map(own.map((one) => [versionOf(one), one])), overlays: new Map() };
  const catalogues = Object.fromEntries(own.map((one) => [one.system, versionOf(one)]));
  return effectiveCatalogues(shippedCatalogues, { catalogues }, documents);
}

describe('a catalogue of a district’s own', () => {
  test('that equals a shipped one gives equal answers, and has its version', () => {
    const copy = parseCatalogue(JSON.parse(JSON.stringify(hmh)), 'copy');
    expect(versionOf(copy)).toBe(versionOf(hmh));
    const own = withOwn(copy);
    const scope = fc.constantFrom(inDistrict, atSchool('s-3'), atSchool('s-4'));
    const held = fc.tuple(fc.constantFrom(...hmh.roles.map(({ id }) => id)), scope);
    fc.assert(
      fc.property(
        fc.array(held, { maxLength: 3 }),
        fc.constantFrom(...hmh.rows.map(({ permission }) => `hmh:${permission}`), 'hmh:role.effective'),
        fc.constantFrom(aClass('c-9'), aSchool('s-3'), theDistrict),
        fc.constantFrom(undefined, { platform: 'Ed' }, { platform: 'NWEA' }),
        (roles, name, resource, properties) => {
          const given = roles.map(([role, at]) => anAssignment(role, at));
          const subject = aPerson('u-1', { memberships: [enrolled('c-9', 'teacher')] }, given);
          const known = facts(subject, resource);
          const { type, id } = resource;
          const question = {
            subject: { type: 'user', id: 'u-1' },
            action: { name },
            resource: { type, id, ...(properties && { properties }) },
          };
          const at = { today, explain: true };
          expect(evaluate(own, known, question, at)).toEqual(
            evaluate(shippedCatalogues, known, question, at),
          );
        },
      ),
    );
  });

  test('stands in place of the shipped one, beside the others', () => {
    const own = { ...hmh, title: 'Ours' };
    const all = withOwn(own);
    expect([all.get('hmh'), all.get('nsc')]).toEqual([own, shipped('nsc')]);
    expect(shippedCatalogues.get('hmh')).toBe(hmh);
  });

  test('or an overlay that can’t be read takes its whole system away, and no other', () => {
    const lost = effectiveCatalogues(shippedCatalogues, { catalogues: { hmh: 'lost' } });
    const overlays = [{ system: 'hmh', name: 'x', version: 'lost' }];
    for (const all of [lost, effectiveCatalogues(shippedCatalogues, { overlays })]) {
      expect([...all.keys()]).toEqual([...shippedCatalogues.keys()].filter((system) => system !== 'hmh'));
    }
  });

  test('may change what a privileged role is called, and nothing else of it', () => {
    const changed = (more: object) =>
      changedPrivileges(hmh, {
        ...hmh,
        roles: hmh.roles.map((role) => (role.id === 'district_data_admin' ? { ...role, ...more } : role)),
      }).map(({ id }) => id);
    expect(changed({ label: 'Registrar', source: ['001:1'] })).toEqual([]);
    for (const more of [{ privileged: false }, { scope: 'school' }, { seats: 1 }, { alsoFor: ['school'] }]) {
      expect(changed(more)).toEqual(['district_data_admin']);
    }
  });
});

describe('overlays that are switched on', () => {
  const name = 'hmh-school-rostering';
  const has = (all: ReadonlyMap<string, Catalogue>) =>
    all.get('hmh')?.rows.some(({ overlaid }) => overlaid !== undefined);

  test('apply to shipped catalogues and to a copy of one alike; an unknown one changes nothing', () => {
    const overlays = [{ system: 'hmh', name }];
    expect(has(effectiveCatalogues(shippedCatalogues, { overlays }))).toBe(true);
    const unknown = [
      { system: 'hmh', name: 'x' },
      { system: 'x', name },
    ];
    expect(effectiveCatalogues(shippedCatalogues, { overlays: unknown })).toEqual(shippedCatalogues);
  });

  test('govern our own API only where they are shipped', () => {
    const ours = makeOurCatalogues(shippedCatalogues);
    const { district } = facts(aPerson('u-1'), theDistrict);
    expect(ours(district)).toBe(shippedCatalogues);
    const [on, own] = [
      { system: 'hmh', name },
      { system: 'hmh', name, version: 'v' },
    ];
    const catalogues = { hmh: 'v' };
    expect(has(ours({ ...district, catalogues, overlays: [on] }))).toBe(true);
    expect(ours({ ...district, catalogues, overlays: [own] })).toBe(shippedCatalogues);
  });
});
