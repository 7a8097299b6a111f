/** When a picture has become too old to pass for live. */

import { Rendition } from "../protocol/wire.js";

const MIN_LIMIT_MS = 1000;
const INTERVALS = 3;
const MAX_INTERVALS = 3;
const STILL_INTERVAL_MS = 1000;
/** Pictures this far apart or less may be all that is sent: stills, with some jitter. */
const MAX_MEANT_MS = 1.5 * STILL_INTERVAL_MS;

/**
 * The interval at which one camera's pictures come, and from it the age at which one is stale.
 *
 * Measured between the frames' capture times and, where they are further apart than stills,
 * divided by their sequence numbers, so that frames lost on the way do not make a stuttering
 * picture look fresh.
 */
export class Freshness {
  #expected;
  /** @type {number[]} */
  #intervals = [];
  /** @type {import("../protocol/wire.js").Header | null} */
  #newest = null;

  /** @param {number} frameRate frames per second to expect until there is something to measure */
  constructor(frameRate) {
    this.#expected = 1000 / frameRate;
  }

  /** @param {import("../protocol/wire.js").Header} frame newer than the one before */
  add(frame) {
    const before = this.#newest;
    this.#newest = frame;
    if (before?.session !== frame.session || before.rendition !== frame.rendition) {
      this.#intervals = [];
      return;
    }
    const elapsed = frame.capturedAt - before.capturedAt;
    const isMeant = elapsed <= MAX_MEANT_MS;
    this.#intervals.push(isMeant ? elapsed : elapsed / (frame.sequence - before.sequence));
    if (this.#intervals.length > MAX_INTERVALS) this.#intervals.shift();
  }

  /** The age in ms from which on the picture is stale. */
  get limit() {
    const sorted = [...this.#intervals].sort((a, b) => a - b);
    const isStill = this.#newest?.rendition === Rendition.STILL;
    const expected = isStill ? STILL_INTERVAL_MS : this.#expected;
    return Math.max(MIN_LIMIT_MS, INTERVALS * (sorted[Math.floor(sorted.length / 2)] ?? expected));
  }
}
