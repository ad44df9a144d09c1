import { joinKey, splitKey } from './keys.ts';

/**
 * Whose a partition key is, of every table: what the walls between districts go by, in the store (`runtime/walls.ts`) and in the
 * roles of functions (`infra/constructs/reach.ts`). Keys of a table that is not named here begin with their district.
 *
 * `exact`: the word and the district, nothing else. `beneath`: more follows. `shared`: of no district, so that anybody may come.
 */
const byWord = {
  syncs: {
    lane: 'exact',
    syncs: 'exact',
    progress: 'beneath',
    commits: 'exact',
    'change-head': 'exact',
    changes: 'exact',
    feeds: 'exact',
    uploads: 'exact',
    'feed-uploads': 'beneath',
    armed: 'exact',
    erasures: 'exact',
    retention: 'exact',
    busy: 'shared',
    due: 'shared',
  },
  tenants: {
    clients: 'exact',
    districts: 'shared',
    customers: 'shared',
    'operator-clients': 'shared',
    'login-name': 'shared',
    'verifying-keys': 'shared',
    'signing-key': 'shared',
    'certificate-key': 'shared',
    'certificate-keys': 'shared',
    'seal-key': 'shared',
    idempotency: 'shared',
    rate: 'shared',
  },
} as const satisfies Record<string, Record<string, 'exact' | 'beneath' | 'shared'>>;

/** What stands in place of a district: of a question asked before anybody knows whom, the operator's own audit, and reports that are looked after. */
const operatorsOwn = '@operator';
const nobodys: Readonly<Record<string, RegExp>> = {
  logins: /^#challenge#/,
  audit: /^@operator#/,
  reports: /^#unfinished#/,
};

type Shape = 'exact' | 'beneath' | 'shared';
export type Owner = { district: string } | 'shared' | undefined;

/** @param table as `infra/names.ts` calls it. `undefined` where no key of ours looks like that. */
export function ownerOf(table: string, pk: string): Owner {
  const words = wordsOf(table);
  if (nobodys[table]?.test(pk)) return 'shared';
  const [first = '', second, ...more] = splitKey(pk);
  if (words === undefined) return second === undefined || first === '' ? undefined : { district: first };
  const shape = words[first];
  if (shape === 'shared') return 'shared';
  if (shape === undefined || second === undefined || (shape === 'exact') !== (more.length === 0))
    return undefined;
  return { district: second };
}

/** The keys of one district, as a policy writes patterns; `district` may be a variable of one. */
export function patternsOf(table: string, district: string): string[] {
  const words = wordsOf(table);
  if (words === undefined) return [`${district}#*`];
  return Object.entries(words).flatMap(([word, shape]) => {
    if (shape === 'shared') return [];
    return [`${joinKey(word)}#${district}${shape === 'exact' ? '' : '#*'}`];
  });
}

/** Where whose an object is stands in its key, by bucket: 0-based, between the slashes. */
const districtAt: Record<string, number> = { feeds: 1, state: 1, pages: 0, seals: 0, exchange: 1 };

/** @param bucket as `infra/names.ts` calls it; `key`: of an object, or a prefix that goes beyond the district */
export function ownerOfObject(bucket: string, key: string): Owner {
  const parts = key.split('/');
  // Documents of exports lie beside the pages.
  const at = bucket === 'pages' && parts[0] === 'exports' ? 1 : districtAt[bucket];
  const district = at === undefined || parts.length <= at + 1 ? undefined : parts[at];
  if (district === undefined || district === '') return undefined;
  return bucket === 'seals' && district === operatorsOwn ? 'shared' : { district };
}

function wordsOf(table: string): Readonly<Record<string, Shape | undefined>> | undefined {
  return Object.hasOwn(byWord, table) ? byWord[table as keyof typeof byWord] : undefined; // as just seen
}
