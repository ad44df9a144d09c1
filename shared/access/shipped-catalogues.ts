import type { Catalogue, CatalogueSet } from './catalogue.ts';
import acer from './catalogues/acer.json' with { type: 'json' };
import hmh from './catalogues/hmh.json' with { type: 'json' };
import imath from './catalogues/imath.json' with { type: 'json' };
import nsc from './catalogues/nsc.json' with { type: 'json' };
import pcr from './catalogues/pcr.json' with { type: 'json' };
import { parseCatalogue } from './parse-catalogue.ts';

/** A new system is one file and one line here. */
const files: readonly [string, unknown][] = [
  ['catalogues/nsc.json', nsc],
  ['catalogues/hmh.json', hmh],
  ['catalogues/acer.json', acer],
  ['catalogues/pcr.json', pcr],
  ['catalogues/imath.json', imath],
];

export const shippedCatalogues: CatalogueSet = new Map(
  files.map(([file, json]): [string, Catalogue] => {
    const catalogue = parseCatalogue(json, file);
    return [catalogue.system, catalogue];
  }),
);
