import type { Catalogue, CatalogueSet } from './catalogue.ts';
import acer from './catalogues/acer.json' with { type: 'json' };
import hmh from './catalogues/hmh.json' with { type: 'json' };
import imath from './catalogues/imath.json' with { type: 'json' };
import nsc from './catalogues/nsc.json' with { type: 'json' };
import pcr from './catalogues/pcr.json' with { type: 'json' };

/**
 * A new system is one file and one word here. A test holds each file against the schema: doing so at every cold start would cost
 * more than all else that a function loads.
 */
const files: readonly unknown[] = [nsc, hmh, acer, pcr, imath];

export const shippedCatalogues: CatalogueSet = new Map(
  (files as readonly Catalogue[]).map((catalogue) => [catalogue.system, catalogue]),
);
