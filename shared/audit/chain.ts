import { type AuditLine, canonical, type Detail, digestOfDetail, sha256 } from './line.ts';
import type { Seal } from './seal.ts';

/** So many chains has a district: those who write at once seldom meet in one. Never changes for stored lines. */
export const chainCount = 8;

/** The last line of a chain; of an empty one the number 0, and a hash that no other chain begins with. */
export type Head = { chain: number; sequence: number; hash: string };

export function emptyHead(district: string, chain: number): Head {
  return { chain, sequence: 0, hash: sha256(`rolebook audit\n${district}\n${chain}`) };
}

/** The hash of a line is of all lines up to it. */
export function hashAfter(previous: string, line: Readonly<Record<string, unknown>>): string {
  return sha256(`${previous}\n${canonical(line)}`);
}

/** A line as somebody hands it out who may have changed it. */
export type KeptLine = { line: AuditLine; hash: string; detail?: Detail | undefined };

export type Fault = {
  chain: number;
  /** Of the first line that is not as it was written, or not there. */
  sequence: number;
  kind: 'altered' | 'missing' | 'cut-off' | 'rewritten' | 'detail-altered' | 'detail-missing';
};

type Erasure = { at: string; words: ReadonlySet<string> };
type Awaited = { chain: number; sequence: number; about: string; at: string };

/** Of a line that says that details from before an instant were kept long enough. */
export const expiryAction = 'details-expired';
/** No details may end sooner, whatever a line says; milliseconds. */
const leastKeptMs = 365 * 24 * 3_600_000;

export type AuditReport = {
  lines: number;
  /** Details that an erasure or their age took away. */
  erased: number;
  /** The first of each chain, and every detail that is not as it was. */
  faults: Fault[];
  heads: Head[];
};

/** Looks through the lines of one chain in their order. It keeps what it found, not the lines. */
export class ChainCheck {
  readonly #district: string;
  readonly #sealed: ReadonlyMap<number, ReadonlySet<string>>;
  #head: Head;
  /** Highest sealed line that was met as it was sealed. */
  #lastSealed: number;
  #fault: Fault | undefined;
  readonly detailFaults: Fault[] = [];
  readonly awaited: Awaited[] = [];
  readonly erasures: Erasure[] = [];
  /** Details from before these were kept long enough, ISO 8601. */
  readonly expiries: string[] = [];

  /** `seals`: those whose signature is good. */
  constructor({ district, chain, seals }: { district: string; chain: number; seals: readonly Seal[] }) {
    this.#district = district;
    this.#head = emptyHead(district, chain);
    this.#lastSealed = 0;
    const sealed = new Map<number, Set<string>>();
    for (const head of seals.filter((seal) => seal.district === district).flatMap(({ heads }) => heads)) {
      if (head.chain !== chain) continue;
      sealed.set(head.sequence, (sealed.get(head.sequence) ?? new Set()).add(head.hash));
    }
    this.#sealed = sealed;
    this.#meetSeal();
  }

  get head(): Head {
    return this.#head;
  }

  next({ line, hash, detail }: KeptLine): void {
    this.#noteDetail(line, detail);
    if (this.#fault !== undefined) return;
    const { chain, sequence } = this.#head;
    const wanted = sequence + 1;
    const isHere = line.district === this.#district && line.chain === chain && line.sequence === wanted;
    if (isHere && hashAfter(this.#head.hash, line) === hash) {
      this.#head = { chain, sequence: wanted, hash };
      this.#meetSeal();
    } else this.#found(line.sequence > wanted ? 'missing' : 'altered', wanted);
  }

  /** After the last line. */
  end(): Fault | undefined {
    const longest = Math.max(0, ...this.#sealed.keys());
    if (this.#fault === undefined && longest > this.#head.sequence) {
      this.#found('cut-off', this.#head.sequence + 1);
    }
    return this.#fault;
  }

  #meetSeal(): void {
    const { sequence, hash } = this.#head;
    const sealed = this.#sealed.get(sequence);
    if (sealed === undefined) return;
    // What the seal before has vouched for is good: somewhere after it, lines were written anew.
    if (sealed.size > 1 || !sealed.has(hash)) this.#found('rewritten', this.#lastSealed + 1);
    else this.#lastSealed = sequence;
  }

  #found(kind: Fault['kind'], sequence: number): void {
    this.#fault ??= { chain: this.#head.chain, sequence, kind };
  }

  #noteDetail(line: AuditLine, detail: Detail | undefined): void {
    const { sequence, at, action, what, detail: reference } = line;
    const { chain } = this.#head;
    if (action === 'person-erased') {
      const values = Object.values(what).map(String);
      this.erasures.push({ at, words: new Set([...values, ...values.flatMap((one) => one.split(' '))]) });
    }
    if (action === expiryAction) {
      const before = String(what.before);
      if (Date.parse(at) - Date.parse(before) >= leastKeptMs) this.expiries.push(before);
    }
    if (reference === undefined) return;
    if (detail === undefined) this.awaited.push({ chain, sequence, about: reference.about, at });
    else if (digestOfDetail(detail) !== reference.digest) {
      this.detailFaults.push({ chain, sequence, kind: 'detail-altered' });
    }
  }
}

/** What the chains of one district have shown, each after its last line. */
export function reportOf(checks: readonly ChainCheck[]): AuditReport {
  const erasures = checks.flatMap((check) => check.erasures);
  const expired = checks.flatMap((check) => check.expiries);
  const isErased = ({ about, at }: Awaited) =>
    expired.some((before) => at < before) ||
    erasures.some((erasure) => erasure.at >= at && erasure.words.has(about));
  const awaited = checks.flatMap((check) => check.awaited);
  const missing = awaited.filter((one) => !isErased(one));
  return {
    lines: checks.reduce((sum, { head }) => sum + head.sequence, 0),
    erased: awaited.length - missing.length,
    faults: [
      ...checks.flatMap((check) => check.end() ?? []),
      ...checks.flatMap((check) => check.detailFaults),
      ...missing.map(({ chain, sequence }) => ({ chain, sequence, kind: 'detail-missing' as const })),
    ],
    heads: checks.map(({ head }) => head),
  };
}
