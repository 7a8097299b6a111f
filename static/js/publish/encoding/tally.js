/** What becomes of the pictures of one rendition. */

import { localTime } from "../../lib/clock.js";
import { Meter } from "../../lib/meter.js";

/** @typedef {Record<"sent" | "skipped" | "busy" | "bytes" | "encodings" | "encodeMs", number>} Second */

/** @returns {Second} */
function nothing() {
  return { sent: 0, skipped: 0, busy: 0, bytes: 0, encodings: 0, encodeMs: 0 };
}

export class Tally {
  #meter = new Meter();
  #second = nothing();

  captured = 0;
  /** Mean time to encode a picture, ms, in the last second that had any. */
  encodeMs = 0;
  sent = 0;
  skipped = 0;
  /** Of the newest frame. */
  size = { width: 0, height: 0 };

  /** @param {number} ms that encoding one took */
  encoded(ms) {
    this.#second.encodings += 1;
    this.#second.encodeMs += ms;
  }

  /**
   * @param {number} bytes
   * @param {import("../worker-messages.js").Size} size
   */
  add(bytes, { width, height }) {
    this.sent += 1;
    this.#second.sent += 1;
    this.#second.bytes += bytes;
    this.size = { width, height };
    this.#meter.add(localTime(), bytes);
  }

  /** @param {boolean} [isBusy] whether there was no time to encode it */
  skip(isBusy = false) {
    this.skipped += 1;
    this.#second.skipped += 1;
    if (isBusy) this.#second.busy += 1;
  }

  get framesPerSecond() {
    return this.#meter.framesPerSecond(localTime());
  }

  /** What was counted since the last call: called once a second. */
  takeSecond() {
    const second = this.#second;
    this.#second = nothing();
    if (second.encodings) this.encodeMs = second.encodeMs / second.encodings;
    return second;
  }
}
