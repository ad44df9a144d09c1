import { type Derivation, deriveAccess } from './derive-access.ts';
import type { Compared, Planning } from './planning.ts';
import type { Manifest } from './state.ts';

/** The access facts of a plan, and by which version of the rules they were derived. */
export type PlannedFacts = { kinds: Manifest['kinds']; derivation: string };

/** Derived where anything they follow from is another; else as they were committed. */
export async function factsOf(
  run: Planning,
  derivation: Derivation,
  { compared, isRepair, applied }: { compared: Compared; isRepair: boolean; applied: number },
): Promise<PlannedFacts> {
  const { manifest } = run.state;
  const { person = [], class: classes = [], org = [], conflict = [], shared = [] } = manifest.kinds;
  const kinds = { ...compared.kinds, org, class: classes, person, conflict, shared };
  const isCovered = run.cover.size > 0;
  if (isRepair || (compared.found === 0 && !isCovered)) return { kinds, derivation: manifest.derivation };
  const isSame =
    manifest.derivation === derivation.version && !isCovered && !compared.changed && applied === 0;
  if (isSame) return { kinds, derivation: derivation.version };
  const derived = await deriveAccess(run, derivation, compared.kinds);
  return { kinds: { ...compared.kinds, ...derived }, derivation: derivation.version };
}
