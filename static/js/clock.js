/** Reading the server's clock by timed pings, as NTP does (RFC 5905, section 8). */

/**
 * This device's time in ms since the epoch. Paced by the monotonic clock, so that it never jumps
 * when somebody sets the wall clock; pages and workers agree on it.
 */
export function localTime() {
  return performance.timeOrigin + performance.now();
}

/**
 * The offset between one's own clock and another.
 *
 * Of the last samples the one with the shortest round trip counts: it leaves the least room for an
 * error, which is at most half the round trip.
 */
export class OffsetEstimator {
  /** @type {{ roundTrip: number, offset: number }[]} */
  #samples = [];
  #most;

  /** @param {number} [most] */
  constructor(most = 8) {
    this.#most = most;
  }

  /**
   * @param {number} sent own time at which the ping left
   * @param {number} other the other clock's answer
   * @param {number} received own time at which the answer was here
   */
  add(sent, other, received) {
    const roundTrip = received - sent;
    if (roundTrip < 0) return;
    this.#samples.push({ roundTrip, offset: other + roundTrip / 2 - received });
    if (this.#samples.length > this.#most) this.#samples.shift();
  }

  /** To be added to one's own time; null before the first sample. */
  get offset() {
    return this.#best?.offset ?? null;
  }

  /** The shortest of the last samples, in ms; null before the first. */
  get roundTrip() {
    return this.#best?.roundTrip ?? null;
  }

  /** Whether there are as many samples as are remembered. */
  get isSettled() {
    return this.#samples.length === this.#most;
  }

  get #best() {
    return this.#samples.reduce(
      (best, sample) => (best && best.roundTrip <= sample.roundTrip ? best : sample),
      /** @type {{ roundTrip: number, offset: number } | null} */ (null),
    );
  }
}
