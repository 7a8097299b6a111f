const MAX_FAILURES = 2;
const WINDOW_MS = 10_000;

/** Counts what may fail twice, but not three times in ten seconds. */
export class FailureCount {
  /** @type {number[]} */
  #times = [];

  /**
   * @param {number} now ms
   * @returns {boolean} whether that was one too many; then the count starts over
   */
  add(now) {
    this.#times = [...this.#times.filter((time) => now - time < WINDOW_MS), now];
    const isTooMany = this.#times.length > MAX_FAILURES;
    if (isTooMany) this.#times = [];
    return isTooMany;
  }
}
