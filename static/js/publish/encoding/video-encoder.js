/** One encoder of video: one codec and one size, from its first key frame to its end. */

import { isBt601 } from "../../protocol/bt601.js";
import { videoCodecNamed } from "../../protocol/codecs/index.js";
import { encoderConfig } from "./encoder-config.js";
import { Recolouring } from "./recolouring.js";

/** Pictures that wait before the encoder would only grow stale there. */
const MAX_WAITING = 2;
/** Pictures that a codec needs at once. Firefox's of H.264 looks ahead at some forty: 1.4 s. */
const MAX_HELD = 3;
/** A device that is busy for a moment keeps more, too. */
const MAX_HOLDING_US = 1_000_000;
/**
 * Chunks in a row that come later than this after their pictures: Chromium's encoder of VP8 has
 * threads that wait for each other, and on a busy machine for a second.
 */
const MAX_LATE = 6;
const LATE_MS = 300;

/** @typedef {import("./encoder-config.js").Rates} Rates */

/**
 * @typedef {object} Handlers
 * @property {(encoder: Encoder, chunk: EncodedVideoChunk) => void} onChunk
 * @property {(encoder: Encoder) => void} onError it is closed then
 */

export class Encoder {
  #encoder;
  /** Of the newest picture given to it, µs. */
  #givenAt = 0;
  #isFirst = true;
  /** Chunks in a row that came late. */
  #late = 0;
  /** When it last held no more than it needs, µs. */
  #promptAt = 0;
  #rates;
  /** @type {Recolouring | null} */
  #recolouring = null;
  /** @type {number[]} timestamps of pictures given to it whose chunks have not come, oldest first */
  #underWay = [];

  /**
   * @param {import("../worker-messages.js").VideoCodecName} codec
   * @param {import("../worker-messages.js").Size} size
   * @param {Rates} rates
   * @param {Handlers} handlers
   */
  constructor(codec, size, rates, { onChunk, onError }) {
    this.codec = codec;
    this.size = size;
    this.#encoder = new VideoEncoder({
      output: (chunk) => {
        // Those before it were dropped: a chunk never overtakes another.
        while (this.#underWay[0] <= chunk.timestamp) this.#underWay.shift();
        const isLate = performance.now() - chunk.timestamp / 1000 > LATE_MS;
        this.#late = isLate ? this.#late + 1 : 0;
        this.#look();
        onChunk(this, chunk);
      },
      error: ({ message }) => {
        console.warn(`The encoder of ${codec} failed: ${message}`);
        onError(this);
      },
    });
    this.#rates = rates;
    this.#configure();
  }

  /** Whether a picture would wait too long. */
  get isBusy() {
    return this.#encoder.encodeQueueSize >= MAX_WAITING;
  }

  /** Whether it keeps pictures inside, so that all come late: a smooth rate does not show it. */
  get holdsBack() {
    return this.#late >= MAX_LATE || this.#givenAt - this.#promptAt > MAX_HOLDING_US;
  }

  get isClosed() {
    return this.#encoder.state === "closed";
  }

  /** @param {Rates} rates */
  set rates(rates) {
    if (rates.bitRate === this.#rates.bitRate && rates.frameRate === this.#rates.frameRate) return;
    this.#rates = rates;
    this.#configure();
  }

  /**
   * @param {import("../worker-messages.js").Picture} picture which stays the caller's
   * @param {number} timestamp that its chunk will have, µs
   * @param {boolean} keyFrame
   */
  encode(picture, timestamp, keyFrame) {
    const frame = this.#frame(picture, timestamp);
    this.#encoder.encode(frame, { keyFrame: keyFrame || this.#isFirst });
    frame.close();
    this.#isFirst = false;
    this.#givenAt = timestamp;
    this.#underWay.push(timestamp);
    this.#look();
  }

  close() {
    if (!this.isClosed) this.#encoder.close();
  }

  /**
   * @param {import("../worker-messages.js").Picture} picture
   * @param {number} timestamp
   */
  #frame(picture, timestamp) {
    const frame = new VideoFrame(picture, { timestamp });
    if (videoCodecNamed(this.codec).saysColours || isBt601(frame.colorSpace)) return frame;
    this.#recolouring ??= new Recolouring();
    const recoloured = this.#recolouring.convert(frame, this.size);
    frame.close();
    return recoloured;
  }

  /** What waits before the codec is bounded: there the device is busy, and pictures are skipped. */
  #look() {
    const held = this.#underWay.length - this.#encoder.encodeQueueSize;
    if (held <= MAX_HELD) this.#promptAt = this.#givenAt;
  }

  #configure() {
    this.#encoder.configure(encoderConfig(videoCodecNamed(this.codec), this.size, this.#rates));
  }
}
