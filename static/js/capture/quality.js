/** How far JPEG quality has to step back so that each picture fits into one message. */

const LEAST = 0.1;
const STEP_DOWN = 0.75;
/** At 30 fps about a minute from the least to the best. */
const STEP_UP = 0.0005;
/** Recovers only while there is room: else it would step up and down by turns. */
const ROOMY = 0.8;

export class Quality {
  #asked = 1;
  #current = 1;

  set asked(/** @type {number} */ quality) {
    this.#asked = this.#current = quality;
  }

  get current() {
    return this.#current;
  }

  /** After a picture that was too large; false when there is no lower to go. */
  lower() {
    if (this.#current <= LEAST) return false;
    this.#current = Math.max(LEAST, this.#current * STEP_DOWN);
    return true;
  }

  /**
   * After a picture that fitted.
   *
   * @param {number} share of the room that it took
   */
  fitted(share) {
    if (share < ROOMY) this.#current = Math.min(this.#asked, this.#current + STEP_UP);
  }
}
