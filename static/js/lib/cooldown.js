/** How long to leave alone what failed: longer each time, until it goes well for as long again. */

const FIRST = 60_000;
const LONGEST = 3_600_000;

export class Cooldown {
  #last = 0;
  #next = FIRST;
  #until = -Infinity;

  /**
   * @param {number} now ms, when it failed
   * @returns {number} ms until it may be tried again
   */
  next(now) {
    if (now - this.#until > this.#last) this.#next = FIRST;
    this.#last = this.#next;
    this.#until = now + this.#last;
    this.#next = Math.min(2 * this.#last, LONGEST);
    return this.#last;
  }
}
