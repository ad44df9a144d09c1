import { expect, test } from 'vitest';
import { applyOverlay } from './overlays.ts';
import { permissionsOf } from './role-permissions.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

const catalogues = [...shippedCatalogues.values()];

test('every condition of a shipped role is said in words, none by its name', () => {
  const words = catalogues.flatMap((catalogue) =>
    catalogue.roles.flatMap((role) =>
      permissionsOf(catalogue, role.id).flatMap(({ condition }) => condition ?? []),
    ),
  );
  expect(words.length).toBeGreaterThan(0);
  expect(words.filter((text) => /undefined|assignedClass|propertyIn|holdsOnly|^$/.test(text))).toEqual([]);
});

test('a role has exactly the permissions that its cells give', () => {
  for (const catalogue of catalogues) {
    for (const { id } of catalogue.roles) {
      const given = catalogue.rows.filter((row) => Object.hasOwn(row.cells, id));
      expect(permissionsOf(catalogue, id).map(({ permission }) => permission)).toEqual(
        given.map(({ permission }) => permission),
      );
    }
  }
});

test('what an overlay changed is told as the overlay’s, with its line', () => {
  const catalogue = catalogues.find(({ overlays }) => overlays.length > 0);
  const overlay = catalogue?.overlays[0];
  const change = overlay?.changes.find(({ cell }) => cell !== 'deny');
  if (catalogue === undefined || overlay === undefined || change === undefined)
    throw new Error('No overlay.');
  const told = permissionsOf(applyOverlay(catalogue, overlay), change.role);
  expect(told.find(({ permission }) => permission === change.permission)).toMatchObject({
    overlay: overlay.name,
    source: change.source[0],
    standing: change.standing,
  });
});
