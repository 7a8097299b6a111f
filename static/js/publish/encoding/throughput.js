/**
 * What the line is known to carry, by how long pictures wait in the channel: on a camera that nobody watches
 * these are its stills, with a pause between them.
 */

export class Throughput {
  /** The most that left before the next look, bits per second: the line may carry any amount more. */
  #atLeast = 0;
  /** The last time that nothing waited, ms; 0 before the first. */
  #emptyAt = 0;
  /** Since then. */
  #looks = 0;
  /**
   * The slowest that waited for longer than a look.
   *
   * @type {number | null}
   */
  #measured = null;
  /** What was sent in total when nothing waited. */
  #sentBefore = 0;

  /** 0 where nothing is known. */
  get bitsPerSecond() {
    return this.#measured ?? this.#atLeast;
  }

  /**
   * Several times a second.
   *
   * @param {number} now ms
   * @param {number} sentBytes in total
   * @param {number} waitingBytes of these that have not left yet
   */
  look(now, sentBytes, waitingBytes) {
    this.#looks += 1;
    if (waitingBytes) return;
    const bytes = sentBytes - this.#sentBefore;
    if (this.#emptyAt && bytes) this.#note((bytes * 8000) / (now - this.#emptyAt));
    this.#sentBefore = sentBytes;
    this.#emptyAt = now;
    this.#looks = 0;
  }

  /** Another line may carry more, or less. */
  forget() {
    this.#atLeast = 0;
    this.#measured = null;
  }

  /** @param {number} bitsPerSecond */
  #note(bitsPerSecond) {
    if (this.#looks === 1) this.#atLeast = Math.max(this.#atLeast, bitsPerSecond);
    else this.#measured = Math.min(this.#measured ?? Infinity, bitsPerSecond);
  }
}
