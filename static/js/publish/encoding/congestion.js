/** What the camera and the server have seen in the last second, as one sample. */

import { StandingQueue } from "./standing-queue.js";

/** One lost picture of five, as slow cameras send them, does not tell of a line that is full. */
const FEWEST_FRAMES = 20;

/** @typedef {Omit<import("../worker-messages.js").Received, "uplinkMs">} Received */

/** @type {Received} */
const NOTHING = { frames: 0, bytes: 0, lost: 0, delayMs: 0 };
/** @returns {{ bitsPerSecond: number, lostShare: number, delayMs: number, isReported: boolean }} */
const unknown = () => ({ bitsPerSecond: 0, lostShare: 0, delayMs: 0, isReported: false });

export class Congestion {
  /** @type {{ at: number, received: Received } | null} */
  #before = null;
  /** Time to encode in the previous second, ms. */
  #encodeMs = 0;
  #queue = new StandingQueue();
  #waitingBytes = 0;
  #delivered = unknown();

  /**
   * Several times a second.
   *
   * @param {number} now ms
   * @param {number} bytes not sent yet
   */
  waiting(now, bytes) {
    this.#queue.note(now, bytes);
  }

  /**
   * The server's totals.
   *
   * @param {number} now ms
   * @param {Received} received
   */
  received(now, received) {
    if (this.#before) this.#compare(now, this.#before, received);
    this.#before = { at: now, received };
  }

  /**
   * What was delivered so far says nothing about what can be from now on.
   *
   * @param {number} now ms
   */
  renew(now) {
    this.#delivered = unknown();
    if (this.#before) this.#before.at = now;
  }

  /**
   * Another session's totals have nothing to do with earlier ones.
   *
   * @param {number} now ms
   */
  start(now) {
    this.#delivered = unknown();
    this.#before = { at: now, received: NOTHING };
  }

  /**
   * @param {import("./tally.js").Second[]} seconds of each rendition
   * @param {number} waitingBytes
   * @returns {import("./adaptation.js").Sample}
   */
  sample(seconds, waitingBytes) {
    const { bitsPerSecond, lostShare, delayMs, isReported } = this.#delivered;
    const bytesSent = sum(seconds, ({ bytes }) => bytes) - (waitingBytes - this.#waitingBytes);
    const sent = Math.max(0, bytesSent) * 8;
    this.#waitingBytes = waitingBytes;
    // The server's numbers may be those of the previous second.
    const encodeMs = meanEncodeMs(seconds);
    const slowMs = Math.max(encodeMs, this.#encodeMs);
    this.#encodeMs = encodeMs;
    const pictures = sum(seconds, (second) => second.sent + second.skipped);
    return {
      waitingBytes: this.#queue.bytes,
      wantedBitsPerSecond: sum(seconds, wantedBytes) * 8,
      deliveredBitsPerSecond: isReported ? Math.min(bitsPerSecond, sent) : sent,
      isReported,
      // A busy device also makes frames late: that is no queue in the network.
      delayMs: Math.max(0, delayMs - slowMs),
      lostShare,
      busyShare: pictures ? sum(seconds, ({ busy }) => busy) / pictures : 0,
    };
  }

  /**
   * @param {number} now ms
   * @param {{ at: number, received: Received }} before
   * @param {Received} received
   */
  #compare(now, before, { frames, bytes, lost, delayMs }) {
    const newFrames = frames - before.received.frames;
    const newlyLost = lost - before.received.lost;
    this.#delivered = {
      bitsPerSecond: ((bytes - before.received.bytes) * 8000) / Math.max(1, now - before.at),
      lostShare: newlyLost / Math.max(FEWEST_FRAMES, newFrames + newlyLost),
      delayMs,
      isReported: true,
    };
  }
}

/** @param {import("./tally.js").Second[]} seconds */
function meanEncodeMs(seconds) {
  const encodings = sum(seconds, (second) => second.encodings);
  return encodings ? sum(seconds, (second) => second.encodeMs) / encodings : 0;
}

/** @param {import("./tally.js").Second} second */
function wantedBytes({ sent, skipped, bytes }) {
  return sent ? (bytes / sent) * (sent + skipped) : 0;
}

/**
 * @template Thing
 * @param {Thing[]} things
 * @param {(thing: Thing) => number} value
 */
function sum(things, value) {
  return things.reduce((total, thing) => total + value(thing), 0);
}
