const OUT = 3;
const WITHIN = 10_000;

/** Counts what may happen now and then, but not three times in ten seconds. */
export class FailureCount {
  /** @type {number[]} */
  #times = [];

  /**
   * @param {number} now ms
   * @returns {boolean} whether that was once too often; then the count starts anew
   */
  add(now) {
    this.#times = [...this.#times.filter((time) => now - time < WITHIN), now];
    const isOut = this.#times.length >= OUT;
    if (isOut) this.#times = [];
    return isOut;
  }
}
