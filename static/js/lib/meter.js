/** Frames, bits and times over the last few seconds. */

const WINDOW_MS = 3000;

/**
 * Values with their times, none older than the window.
 */
class Window {
  /** @type {{ at: number, value: number }[]} */
  #samples = [];
  #length;

  /** @param {number} length ms */
  constructor(length) {
    this.#length = length;
  }

  /**
   * @param {number} at ms
   * @param {number} value
   */
  add(at, value) {
    this.#samples.push({ at, value });
    this.#dropOld(at);
  }

  /** @param {number} now ms */
  values(now) {
    this.#dropOld(now);
    return this.#samples.map((sample) => sample.value);
  }

  /** @param {number} now ms */
  #dropOld(now) {
    while (this.#samples.length && this.#samples[0].at <= now - this.#length) this.#samples.shift();
  }
}

/** Frames and bits per second over a sliding window. */
export class Meter {
  /** @type {number | null} */
  #first = null;
  #length;
  #window;

  /** @param {number} [length] ms */
  constructor(length = WINDOW_MS) {
    this.#length = length;
    this.#window = new Window(length);
  }

  /**
   * @param {number} now ms
   * @param {number} bytes
   */
  add(now, bytes) {
    // The first frame only starts the clock: counting it would give one too many at first.
    if (this.#first === null) this.#first = now;
    else this.#window.add(now, bytes);
  }

  /** @param {number} now ms */
  framesPerSecond(now) {
    return (this.#window.values(now).length * 1000) / this.#span(now);
  }

  /** @param {number} now ms */
  bitsPerSecond(now) {
    const bytes = this.#window.values(now).reduce((sum, value) => sum + value, 0);
    return (bytes * 8 * 1000) / this.#span(now);
  }

  /**
   * The part of the window that was measured: otherwise the first seconds would read too low.
   *
   * @param {number} now ms
   */
  #span(now) {
    return Math.min(this.#length, Math.max(1000, now - (this.#first ?? now)));
  }
}

/** Percentiles of a quantity over a sliding window. */
export class Distribution {
  #window;

  /** @param {number} [length] ms */
  constructor(length = WINDOW_MS) {
    this.#window = new Window(length);
  }

  /**
   * @param {number} now ms
   * @param {number} value
   */
  add(now, value) {
    this.#window.add(now, value);
  }

  /**
   * The mean of the recent values; null without any.
   *
   * @param {number} now ms
   */
  mean(now) {
    const values = this.#window.values(now);
    return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
  }

  /**
   * The smallest recent value that `share` of the recent values do not exceed; null without any.
   *
   * @param {number} now ms
   * @param {number} share from 0 to 1
   */
  percentile(now, share) {
    const sorted = this.#window.values(now).sort((a, b) => a - b);
    return sorted.length ? sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] : null;
  }
}
