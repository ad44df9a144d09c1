/** Above S3's least of 5 MiB; 10,000 parts of it are more than any file here may have. */
const partBytes = 8 * 1024 * 1024;
const leastBytes = 64 * 1024;
const none = Buffer.alloc(0);

/** Gathers the bytes of a part. There are two places for them, each used again and again: one is sent while the other is filled. */
export class PartBuffer {
  #bytes = none;
  #length = 0;
  #other = none;

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === partBytes;
  }

  /** What is here so far; good until more is filled in. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** @returns what there was no room for */
  fill(data: Buffer): Buffer {
    const fitting = data.subarray(0, partBytes - this.#length);
    this.#makeRoom(this.#length + fitting.length);
    this.#bytes.set(fitting, this.#length);
    this.#length += fitting.length;
    return data.subarray(fitting.length);
  }

  /** Begins the next part. What is returned is good until this is called again. */
  take(): Buffer {
    const taken = this.bytes;
    [this.#bytes, this.#other] = [this.#other, this.#bytes];
    this.#length = 0;
    return taken;
  }

  /** Most files are small. */
  #makeRoom(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const size = Math.min(partBytes, Math.max(needed, 2 * this.#bytes.length, leastBytes));
    const larger = Buffer.allocUnsafeSlow(size);
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}
