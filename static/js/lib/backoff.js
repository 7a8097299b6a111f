/** Waits between attempts: exponential with full jitter, so that many clients spread out. */
export class Backoff {
  #attempt = 0;
  #firstMs;
  #maxMs;
  #random;

  /**
   * @param {number} [firstMs]
   * @param {number} [maxMs]
   * @param {() => number} [random] from 0 to 1
   */
  constructor(firstMs = 250, maxMs = 5000, random = Math.random) {
    this.#firstMs = firstMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /** The next wait in ms. */
  next() {
    const longest = Math.min(this.#maxMs, this.#firstMs * 2 ** this.#attempt);
    this.#attempt += 1;
    return longest * this.#random();
  }

  reset() {
    this.#attempt = 0;
  }
}
