/**
 * What the line is known to carry, by how long pictures wait in the channel, and by how long they take to
 * the server: on a camera that nobody watches these are its stills, with a pause between them.
 */

/** As exactly as the clocks of camera and server agree. */
const LEAST_MS = 4;

export class Throughput {
  /** The most that left before the next look, bits per second: the line may carry any amount more. */
  #atLeast = 0;
  /** The most that is sure because it has arrived, bits per second. */
  #arrived = 0;
  /** @type {{ frames: number, bytes: number } | null} that the server had a second before */
  #before = null;
  /** The last time that nothing waited, ms; 0 before the first. */
  #emptyAt = 0;
  /** Since then. */
  #looks = 0;
  /**
   * The slowest that waited for longer than a look.
   *
   * @type {number | null}
   */
  #measured = null;
  /** What was sent in total when nothing waited. */
  #sentBefore = 0;

  /** 0 where nothing is known. */
  get bitsPerSecond() {
    // On a busy device pictures wait for its own time, too.
    return Math.max(this.#measured ?? this.#atLeast, this.#arrived);
  }

  /** Whether a line that has no more than that would have shown it. */
  get isKnown() {
    return this.#measured !== null || this.#arrived > 0;
  }

  /**
   * Several times a second.
   *
   * @param {number} now ms
   * @param {number} sentBytes in total
   * @param {number} waitingBytes of these that have not left yet
   */
  look(now, sentBytes, waitingBytes) {
    this.#looks += 1;
    if (waitingBytes) return;
    const bytes = sentBytes - this.#sentBefore;
    if (this.#emptyAt && bytes) this.#note((bytes * 8000) / (now - this.#emptyAt));
    this.#sentBefore = sentBytes;
    this.#emptyAt = now;
    this.#looks = 0;
  }

  /**
   * Small pictures leave at once on any line, but on a free one they also arrive at once.
   *
   * @param {{ frames: number, bytes: number, uplinkMs: number }} received once a second
   * @param {number} encodeMs of which the way of each consists, too
   */
  arrived({ frames, bytes, uplinkMs }, encodeMs) {
    const newFrames = frames - (this.#before?.frames ?? frames);
    const newBytes = bytes - (this.#before?.bytes ?? bytes);
    this.#before = { frames, bytes };
    if (newFrames <= 0) return;
    const ms = Math.max(uplinkMs - encodeMs, LEAST_MS);
    this.#arrived = Math.max(this.#arrived, (newBytes * 8000) / newFrames / ms);
  }

  /** Another line may carry more, or less. */
  forget() {
    this.#arrived = 0;
    this.#atLeast = 0;
    this.#before = null;
    this.#measured = null;
  }

  /** @param {number} bitsPerSecond */
  #note(bitsPerSecond) {
    if (this.#looks === 1) this.#atLeast = Math.max(this.#atLeast, bitsPerSecond);
    else this.#measured = Math.min(this.#measured ?? Infinity, bitsPerSecond);
  }
}
