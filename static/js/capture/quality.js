/** How far JPEG quality has to step back so that each picture fits into one message. */

const LEAST = 0.1;
const STEP_DOWN = 0.75;
/** At 30 fps about a minute from the least to the best. */
const STEP_UP = 0.0005;
/** Recovers only while there is room: else it would step up and down by turns. */
const ROOMY = 0.8;

export class Quality {
  /** Of what is asked. */
  share = 1;

  /** @param {number} asked */
  of(asked) {
    return Math.max(LEAST, asked * this.share);
  }

  /**
   * After a picture that was too large; false when there is no lower to go.
   *
   * @param {number} asked
   */
  lower(asked) {
    if (this.of(asked) <= LEAST) return false;
    this.share *= STEP_DOWN;
    return true;
  }

  /**
   * After a picture that fitted.
   *
   * @param {number} taken share of the room that it took
   */
  fitted(taken) {
    if (taken < ROOMY) this.share = Math.min(1, this.share + STEP_UP);
  }
}
