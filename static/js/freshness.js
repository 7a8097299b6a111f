/** When a picture has become too old to pass for live. */

const LEAST = 1000;
const INTERVALS = 3;
const REMEMBERED = 8;

/**
 * The interval at which one camera captures, and with it the age at which its picture is stale.
 *
 * Measured between the frames' capture times and divided by their sequence numbers, so that frames
 * lost on the way do not make a stuttering picture look fresh.
 */
export class Freshness {
  /** @type {number[]} */
  #intervals = [];
  /** @type {import("./wire.js").Header | null} */
  #newest = null;
  #expected;

  /** @param {number} frameRate frames per second to expect until there is something to measure */
  constructor(frameRate) {
    this.#expected = 1000 / frameRate;
  }

  /** @param {import("./wire.js").Header} frame newer than the one before */
  add(frame) {
    const before = this.#newest;
    this.#newest = frame;
    if (before?.session !== frame.session) {
      this.#intervals = [];
      return;
    }
    this.#intervals.push((frame.capturedAt - before.capturedAt) / (frame.sequence - before.sequence));
    if (this.#intervals.length > REMEMBERED) this.#intervals.shift();
  }

  /** The age in ms from which on the picture is stale. */
  get limit() {
    const sorted = [...this.#intervals].sort((a, b) => a - b);
    const interval = sorted[Math.floor(sorted.length / 2)] ?? this.#expected;
    return Math.max(LEAST, INTERVALS * interval);
  }
}
