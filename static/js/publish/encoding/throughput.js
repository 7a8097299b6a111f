/**
 * What the line carries at least, seen by how long pictures wait in the channel: on a camera that nobody
 * watches these are its stills, with a pause between them.
 */

export class Throughput {
  /** The bytes that were sent before the channel was last empty. */
  #sentBefore = 0;
  /** The last time that nothing waited, ms; 0 before the first. */
  #emptyAt = 0;
  #looks = 0;

  /**
   * A line that took a picture within one look, bits per second: it may carry any amount more.
   *
   * @type {number}
   */
  atLeast = 0;
  /**
   * The slowest that was measured: pictures waited for longer than a look; null where none did.
   *
   * @type {number | null}
   */
  measured = null;

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
    const bitsPerSecond = ((sentBytes - this.#sentBefore) * 8000) / (now - this.#emptyAt);
    if (this.#emptyAt && sentBytes > this.#sentBefore) this.#note(bitsPerSecond);
    this.#sentBefore = sentBytes;
    this.#emptyAt = now;
    this.#looks = 0;
  }

  /** Another line may carry more, or less. */
  forget() {
    this.atLeast = 0;
    this.measured = null;
  }

  /** @param {number} bitsPerSecond */
  #note(bitsPerSecond) {
    if (this.#looks === 1) this.atLeast = Math.max(this.atLeast, bitsPerSecond);
    else this.measured = Math.min(this.measured ?? Infinity, bitsPerSecond);
  }
}
