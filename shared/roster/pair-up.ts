/** A record and the id that it has: its own, or the feed's. */
export type Candidate<T> = { id: string; of: T };

/** `agrees`: the facts that say so, in words without values. */
export type Pair = { own: string; id: string; agrees: string[] };
export type Unclear = { own: string; ids: string[] };
export type Paired = { pairs: Pair[]; unclear: Unclear[] };

type Rule<T> = {
  /** Records that share none are never the same. */
  keys(of: T): string[];
  evidence(own: T, fed: T): string[] | undefined;
  /** Where there are several, the one for which most facts speak is it; else none is. */
  byStrength?: boolean;
};

/** Of records with one key more say nothing by it. */
const mostAlike = 50;

/** Pairs records that are one and the same, each at most once; what may be several is left alone, and told. */
export function pairUp<T>(
  own: readonly Candidate<T>[],
  fed: readonly Candidate<T>[],
  { keys, evidence, byStrength = false }: Rule<T>,
): Paired {
  const byKey = new Map<string, Candidate<T>[]>();
  for (const one of own) {
    for (const key of keys(one.of)) {
      const list = byKey.get(key) ?? [];
      list.push(one);
      byKey.set(key, list);
    }
  }
  const found: Pair[] = [];
  for (const one of fed) {
    const lists = keys(one.of).map((key) => byKey.get(key) ?? []);
    for (const other of new Set(lists.filter((list) => list.length <= mostAlike).flat())) {
      const agrees = evidence(other.of, one.of);
      if (agrees !== undefined) found.push({ own: other.id, id: one.id, agrees });
    }
  }
  return chosen(found, byStrength);
}

function chosen(found: readonly Pair[], byStrength: boolean): Paired {
  const byOwn = Map.groupBy(found, (pair) => pair.own);
  const byFed = Map.groupBy(found, (pair) => pair.id);
  const pairs: Pair[] = [];
  const unclear: Unclear[] = [];
  for (const [own, some] of byOwn) {
    const best = only(some, byStrength);
    if (best !== undefined && only(byFed.get(best.id) ?? [], byStrength) === best) pairs.push(best);
    else unclear.push({ own, ids: some.map(({ id }) => id).sort() });
  }
  const paired = new Set(pairs.map(({ id }) => id));
  // Where all that it may be are others' by now, it is just gone.
  return { pairs, unclear: unclear.filter(({ ids }) => ids.some((id) => !paired.has(id))) };
}

function only(pairs: readonly Pair[], byStrength: boolean): Pair | undefined {
  const [first, second] = [...pairs].sort((a, b) => b.agrees.length - a.agrees.length);
  if (first === undefined || second === undefined) return first;
  return byStrength && first.agrees.length > second.agrees.length ? first : undefined;
}
