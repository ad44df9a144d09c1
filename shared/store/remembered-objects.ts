/** Immutable text objects, of which those read last stay in memory up to so many characters. */
export class RememberedObjects {
  readonly #objects: { get(key: string): Promise<string> };
  readonly #most: number;
  readonly #texts = new Map<string, string>();
  #held = 0;

  constructor(objects: { get(key: string): Promise<string> }, most: number) {
    this.#objects = objects;
    this.#most = most;
  }

  async get(key: string): Promise<string> {
    const known = this.#texts.get(key);
    if (known !== undefined) {
      // A map keeps the order in which keys were set: the last one used is the last.
      this.#texts.delete(key);
      this.#texts.set(key, known);
      return known;
    }
    const text = await this.#objects.get(key);
    if (!this.#texts.has(key)) this.#keep(key, text);
    return text;
  }

  #keep(key: string, text: string): void {
    this.#texts.set(key, text);
    this.#held += text.length;
    for (const [oldest, { length }] of this.#texts) {
      if (this.#held <= this.#most) return;
      this.#texts.delete(oldest);
      this.#held -= length;
    }
  }
}
