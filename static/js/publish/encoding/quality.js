/** How far JPEG quality has to step back so that each picture fits into one message. */

const MIN_QUALITY = 0.1;
const STEP_DOWN = 0.75;
/** Per second: from lowest to best in about a minute. */
const STEP_UP = 0.015;
/** A longer break counts as this much: pictures may have changed meanwhile. */
const MAX_MADE_UP_S = 2;
/** Quality recovers only while there is room. Otherwise it would oscillate. */
const ROOMY = 0.8;

export class Quality {
  #steppedAt = -Infinity;
  /** Share of the quality that is asked for. */
  share = 1;

  /** @param {number} asked */
  of(asked) {
    return Math.max(MIN_QUALITY, asked * this.share);
  }

  /**
   * After a picture that was too large; false if the quality cannot go lower.
   *
   * @param {number} asked
   */
  lower(asked) {
    if (this.of(asked) <= MIN_QUALITY) return false;
    this.share *= STEP_DOWN;
    return true;
  }

  /**
   * After a picture that fitted.
   *
   * @param {number} taken share of the room that it took
   * @param {number} now ms
   */
  fitted(taken, now) {
    const seconds = Math.min((now - this.#steppedAt) / 1000, MAX_MADE_UP_S);
    this.#steppedAt = now;
    if (taken < ROOMY) this.share = Math.min(1, this.share + seconds * STEP_UP);
  }
}
