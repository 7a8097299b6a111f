/** Notices a track that lives and gives no pictures: neither `muted` nor `ended` tells of it. */

/** Slower than any camera. */
const FIRST_PATIENCE_MS = 4000;
const MAX_PATIENCE_MS = 60_000;
/** What came during a longer break between two notes is not known. */
const MAX_BREAK_MS = 2500;

export class Silence {
  #notedAt = -Infinity;
  #patience = FIRST_PATIENCE_MS;
  #since = 0;

  /** Whether pictures are missing: until one comes, however often the camera is opened again. */
  isSilent = false;

  /**
   * Once a second.
   *
   * @param {number} pictures that came since the last time
   * @param {boolean} isExpected whether any should have
   * @param {number} now ms
   * @returns {boolean} whether to open the camera again now, ever more rarely
   */
  note(pictures, isExpected, now) {
    const isAfterBreak = now - this.#notedAt > MAX_BREAK_MS;
    this.#notedAt = now;
    if (pictures > 0) this.reset();
    if (pictures > 0 || isAfterBreak || !isExpected) this.#since = now;
    if (now - this.#since < this.#patience) return false;
    this.isSilent = true;
    this.#since = now;
    this.#patience = Math.min(2 * this.#patience, MAX_PATIENCE_MS);
    return true;
  }

  /** Another camera may do better. */
  reset() {
    this.isSilent = false;
    this.#patience = FIRST_PATIENCE_MS;
  }
}
