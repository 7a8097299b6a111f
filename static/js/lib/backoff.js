/** Waits between attempts: exponential with full jitter, so that many clients spread out. */
export class Backoff {
  #attempt = 0;
  #first;
  #most;
  #random;

  /**
   * @param {number} [first] ms
   * @param {number} [most] ms
   * @param {() => number} [random] from 0 to 1
   */
  constructor(first = 250, most = 5000, random = Math.random) {
    this.#first = first;
    this.#most = most;
    this.#random = random;
  }

  /** The next wait in ms. */
  next() {
    const longest = Math.min(this.#most, this.#first * 2 ** this.#attempt);
    this.#attempt += 1;
    return longest * this.#random();
  }

  reset() {
    this.#attempt = 0;
  }
}
