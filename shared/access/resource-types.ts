import { type Catalogue, findOwnType, resourceTypes } from './catalogue.ts';

/** What is wrong with the types of resources that a catalogue names, and where. */
export function resourceTypeProblems(catalogue: Catalogue): { path: (string | number)[]; detail: string }[] {
  const own = catalogue.resourceTypes ?? [];
  const shared = new Set<string>(resourceTypes);
  const known = [...resourceTypes, ...own.map(({ type }) => type)].join(', ');
  return [
    ...own.flatMap(({ type }, i) => {
      const path = ['resourceTypes', i, 'type'];
      if (shared.has(type)) {
        return [{ path, detail: `"${type}" is a type that every catalogue can name; take another name.` }];
      }
      const isTwice = own.findIndex((one) => one.type === type) < i;
      return isTwice ? [{ path, detail: `"${type}" stands here twice; keep one of them.` }] : [];
    }),
    ...catalogue.rows.flatMap((row, i) =>
      row.resources.flatMap((type, k) =>
        shared.has(type) || findOwnType(catalogue, type) !== undefined
          ? []
          : [
              {
                path: ['rows', i, 'resources', k],
                detail: `Unknown resource type "${type}". Declare it in resourceTypes, or use one of ${known}.`,
              },
            ],
      ),
    ),
  ];
}
