/** Numbers frames and sends them on the newest channel that is open. */

import { localTime } from "../../lib/clock.js";
import { Meter } from "../../lib/meter.js";
import { jpeg } from "../../protocol/codecs/index.js";
import { pack } from "../../protocol/wire.js";

/** @typedef {Omit<import("../../protocol/wire.js").Header, "session" | "sequence">} About */

export class Sender {
  #meter = new Meter();
  /** @type {number | null} */
  #offset = null;
  /** @type {import("../worker-messages.js").FrameChannel[]} newest first */
  #channels = [];
  /** The last number of each kind. */
  #sequences = { pictures: 0, video: 0 };
  #session = 0;

  /** In total, on all channels. */
  sentBytes = 0;

  /** @param {number | null} offset of the server's clock to ours, ms; null: not known now */
  set offset(offset) {
    this.#offset = offset;
  }

  /** A resumed session keeps its number, and its sequences go on. */
  set session(/** @type {number} */ session) {
    if (session !== this.#session) this.#sequences = { pictures: 0, video: 0 };
    this.#session = session;
  }

  /**
   * Adds a channel, which is used as soon as it is open; until then the previous one goes on.
   *
   * @param {import("../worker-messages.js").FrameChannel} channel
   */
  addChannel(channel) {
    this.#channels = [
      channel,
      ...this.#channels.filter(({ readyState }) => readyState !== "closed"),
    ];
  }

  get isReady() {
    return this.channel !== undefined && this.#session !== 0 && this.#offset !== null;
  }

  /** The channel that frames are sent on. */
  get channel() {
    return this.#channels.find(({ readyState }) => readyState === "open");
  }

  get waitingBytes() {
    return this.channel?.bufferedAmount ?? 0;
  }

  get bitsPerSecond() {
    return this.#meter.bitsPerSecond(localTime());
  }

  /**
   * @param {About} about the frame; it was captured at this time of our clock
   * @param {Uint8Array} payload
   * @returns {number} bytes sent; 0 if the connection was lost meanwhile
   */
  send({ capturedAt: capturedHere, ...about }, payload) {
    if (!this.isReady) return 0;
    const kind = about.codec === jpeg.number ? "pictures" : "video";
    const capturedAt = capturedHere + (this.#offset ?? 0);
    this.#sequences[kind] += 1;
    const sequence = this.#sequences[kind];
    const message = pack({ ...about, capturedAt, session: this.#session, sequence }, payload);
    // Before sending, which may take the bytes away.
    const { byteLength } = message;
    this.channel?.send(message);
    this.sentBytes += byteLength;
    this.#meter.add(localTime(), byteLength);
    return byteLength;
  }
}
