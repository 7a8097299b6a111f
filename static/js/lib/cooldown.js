/** How long not to retry what failed: longer each time, until it works for that long. */

const FIRST_MS = 60_000;
const MAX_MS = 3_600_000;

export class Cooldown {
  #lastMs = 0;
  #nextMs = FIRST_MS;
  #until = -Infinity;

  /**
   * @param {number} now ms, when it failed
   * @returns {number} ms until it may be tried again
   */
  next(now) {
    if (now - this.#until > this.#lastMs) this.#nextMs = FIRST_MS;
    this.#lastMs = this.#nextMs;
    this.#until = now + this.#lastMs;
    this.#nextMs = Math.min(2 * this.#lastMs, MAX_MS);
    return this.#lastMs;
  }
}
