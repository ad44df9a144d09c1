import { IdIndex } from '../id-index.ts';

/** What each user is where: a few numbers a user, so that a district's users fit. */
export class Places {
  readonly #users = new IdIndex();
  readonly #orgs: string[] = [];
  readonly #orgNumbers = new Map<string, number>();
  /** Org, bits of roles, and the place before it of the same user; three numbers each. */
  #chain = new Uint32Array(3072);
  #used = 0;

  /** `role`: a number below 32. */
  add(user: string, org: string, role: number): void {
    const place = this.#placeAt(user, this.#numberOf(org));
    this.#chain[place + 1] = (this.#chain[place + 1] ?? 0) | (1 << role);
  }

  has(user: string, org: string, role: number): boolean {
    return this.of(user).some((place) => place.org === org && place.roles.includes(role));
  }

  of(user: string): { org: string; roles: number[] }[] {
    const places: { org: string; roles: number[] }[] = [];
    for (let at = this.#users.note(this.#users.find(user)); at > 0; at = this.#chain[at + 1] ?? 0) {
      const bits = this.#chain[at] ?? 0;
      const roles = Array.from({ length: 32 }, (_, role) => role).filter((role) => bits & (1 << role));
      places.push({ org: this.#orgs[this.#chain[at - 1] ?? 0] ?? '', roles });
    }
    return places;
  }

  #placeAt(user: string, org: number): number {
    this.#users.add(user, 0);
    const ordinal = this.#users.find(user);
    const first = this.#users.note(ordinal);
    for (let at = first; at > 0; at = this.#chain[at + 1] ?? 0)
      if (this.#chain[at - 1] === org) return at - 1;
    if (this.#used === this.#chain.length) {
      const bigger = new Uint32Array(this.#used * 2);
      bigger.set(this.#chain);
      this.#chain = bigger;
    }
    const place = this.#used;
    this.#chain[place] = org;
    this.#chain[place + 2] = first;
    this.#used += 3;
    // One more than the place, as 0 says that there is none.
    this.#users.setNote(ordinal, place + 1);
    return place;
  }

  #numberOf(org: string): number {
    const known = this.#orgNumbers.get(org);
    if (known !== undefined) return known;
    this.#orgs.push(org);
    this.#orgNumbers.set(org, this.#orgs.length - 1);
    return this.#orgs.length - 1;
  }
}
