import type { Person } from './facts.ts';

/** What ids of clients begin with wherever deeds are recorded, so that none is ever a person's. */
export const clientPrefix = 'client:';

/** Who a client that acts for nobody in particular is to the catalogues: a district data administrator (contract §2). */
export function actingClient(id: string, district: string): Person {
  return {
    id,
    manual: [
      {
        id: id.slice(clientPrefix.length),
        system: 'hmh',
        role: 'district_data_admin',
        scope: { type: 'district', ids: [district] },
        source: 'manual',
      },
    ],
  };
}
