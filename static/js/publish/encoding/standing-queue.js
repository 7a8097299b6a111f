/**
 * What waits without a break: a queue, on a line that is busy all the time. What waits for a moment,
 * such as the picture just sent, says nothing of the line.
 */

/** Longer than between two pictures of a slow camera. */
const WINDOW_MS = 500;

export class StandingQueue {
  /** @type {{ at: number, bytes: number }[]} oldest first */
  #seen = [];

  /**
   * A few times in the window.
   *
   * @param {number} now ms
   * @param {number} bytes that wait
   */
  note(now, bytes) {
    this.#seen = [...this.#seen.filter(({ at }) => now - at < WINDOW_MS), { at: now, bytes }];
  }

  /** How many bytes waited all the time. */
  get bytes() {
    return this.#seen.length ? Math.min(...this.#seen.map(({ bytes }) => bytes)) : 0;
  }
}
