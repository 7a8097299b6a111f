/** Picks from a camera's pictures as many as were asked for, as evenly as they come. */
export class Pacer {
  #interval = 0;
  #next = -Infinity;

  /** @param {number} frameRate per second */
  set frameRate(frameRate) {
    this.#interval = 1000 / frameRate;
    this.#next = -Infinity;
  }

  /**
   * Whether the picture of this time is wanted.
   *
   * @param {number} now ms
   */
  isDue(now) {
    // Pictures come with some jitter: one that is a little early still counts.
    if (now < this.#next - this.#interval / 3) return false;
    const isFarBehind = now > this.#next + this.#interval;
    this.#next = (isFarBehind ? now : this.#next) + this.#interval;
    return true;
  }
}
