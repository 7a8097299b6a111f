/** One encoder of video: one codec and one size, from its first key frame to its end. */

import { videoCodecNamed } from "../../protocol/codecs/index.js";
import { encoderConfig } from "./encoder-config.js";

/** Pictures that wait in the encoder would only grow stale there. */
const MAX_WAITING = 2;

/** @typedef {import("./encoder-config.js").Rates} Rates */

/**
 * @typedef {object} Handlers
 * @property {(encoder: Encoder, chunk: EncodedVideoChunk) => void} onChunk
 * @property {(encoder: Encoder) => void} onError it is closed then
 */

export class Encoder {
  #encoder;
  #isFirst = true;
  #rates;

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
      output: (chunk) => onChunk(this, chunk),
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
    const frame = new VideoFrame(picture, { timestamp });
    this.#encoder.encode(frame, { keyFrame: keyFrame || this.#isFirst });
    this.#isFirst = false;
    frame.close();
  }

  close() {
    if (!this.isClosed) this.#encoder.close();
  }

  #configure() {
    this.#encoder.configure(encoderConfig(videoCodecNamed(this.codec), this.size, this.#rates));
  }
}
