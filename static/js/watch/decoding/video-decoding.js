/** One camera's video into pictures: unbroken chains only, each from its key frame on. */

import { localTime } from "../../lib/clock.js";
import { FailureCount } from "../../lib/failure-count.js";
import { videoCodecNumbered } from "../../protocol/codecs/index.js";
import { isNewer } from "../../protocol/wire.js";
import { decoderConfig } from "./decoders.js";

/** A frame that is in the decoder for longer is late, and all that follow would be, too. */
const MAX_DECODING_MS = 500;
const ASK_INTERVAL_MS = 1000;
/** WebCodecs counts microseconds; any time that grows will do. */
const TICKS_PER_TURN = 1000;

/** @typedef {import("../../protocol/wire.js").Frame} Frame */
/** @typedef {import("../render/canvas-renderer.js").QueuedFrame} QueuedFrame */

/**
 * @typedef {object} Handlers
 * @property {(queued: QueuedFrame, picture: VideoFrame) => void} onPicture
 * @property {() => void} onBroken nothing can be shown before the next key frame
 * @property {(codec: string | null) => void} onUnplayable this codec, or null for all video, should
 *   not be sent here
 */

export class VideoDecoding {
  #askedAt = -Infinity;
  #codec = 0;
  /** @type {VideoDecoder | null} */
  #decoder = null;
  #errors = new FailureCount();
  #handlers;
  #isHidden = false;
  /** Whether everything from a key frame up to the newest frame was decoded. */
  #isWhole = false;
  #jams = new FailureCount();
  /** Whether frames were skipped while the page was hidden. */
  #missed = false;
  /** @type {Frame | null} */
  #newest = null;
  /** @type {{ queued: QueuedFrame, handedAt: number }[]} those in the decoder */
  #pending = [];

  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
  }

  /** @param {QueuedFrame} queued */
  take(queued) {
    const { frame } = queued;
    const before = this.#newest;
    if (before && !isNewer(frame, before)) return;
    this.#newest = frame;
    if (this.#isHidden) this.#pass();
    else if (this.#isJammed) this.#unjam(queued);
    else if (frame.key || (this.#isWhole && before && isNext(frame, before))) this.#decode(queued);
    else this.#break();
  }

  /** Decoding for a hidden page would cost more than the key frame with which it resumes. */
  set hidden(/** @type {boolean} */ hidden) {
    this.#isHidden = hidden;
    if (hidden || !this.#missed) return;
    this.#missed = false;
    this.#break();
  }

  forget() {
    this.#close();
    this.#newest = null;
  }

  get #isJammed() {
    return this.#pending.length > 0 && localTime() - this.#pending[0].handedAt > MAX_DECODING_MS;
  }

  #pass() {
    this.#isWhole = false;
    this.#missed = true;
  }

  /** @param {QueuedFrame} queued */
  #unjam(queued) {
    this.#close();
    if (this.#jams.add(localTime())) this.#handlers.onUnplayable(null);
    else if (queued.frame.key) this.#decode(queued);
    else this.#break();
  }

  #break() {
    this.#isWhole = false;
    const now = localTime();
    if (now - this.#askedAt < ASK_INTERVAL_MS) return;
    this.#askedAt = now;
    this.#handlers.onBroken();
  }

  /** @param {QueuedFrame} queued */
  #decode(queued) {
    const { codec, key, payload } = queued.frame;
    if (codec !== this.#codec) this.#close();
    this.#decoder ??= this.#open(codec);
    const decoder = this.#decoder;
    this.#isWhole = true;
    this.#pending.push({ queued, handedAt: localTime() });
    const type = key ? "key" : "delta";
    const timestamp = queued.turn * TICKS_PER_TURN;
    decoder.decode(new EncodedVideoChunk({ type, timestamp, data: payload }));
  }

  /** @param {number} number of the codec */
  #open(number) {
    const codec = videoCodecNumbered(number);
    const decoder = new VideoDecoder({
      output: (picture) => this.#decoded(picture),
      error: (error) => this.#failed(codec.name, error),
    });
    decoder.configure(decoderConfig(codec));
    this.#codec = number;
    return decoder;
  }

  /** What is in the decoder is lost. */
  #close() {
    if (this.#decoder && this.#decoder.state !== "closed") this.#decoder.close();
    this.#decoder = null;
    this.#isWhole = false;
    this.#pending = [];
  }

  /** @param {VideoFrame} picture */
  #decoded(picture) {
    const turn = picture.timestamp / TICKS_PER_TURN;
    while (this.#pending.length && this.#pending[0].queued.turn < turn) this.#pending.shift();
    const pending = this.#pending.shift();
    if (pending) this.#handlers.onPicture(pending.queued, picture);
    else picture.close();
  }

  /**
   * @param {string} codec
   * @param {DOMException} error after which the decoder is closed
   */
  #failed(codec, error) {
    console.warn(`The decoder of ${codec} failed: ${error.message}`);
    this.#close();
    if (this.#errors.add(localTime())) this.#handlers.onUnplayable(codec);
    else this.#break();
  }
}

/**
 * Whether `frame` builds on `before`.
 *
 * @param {Frame} frame
 * @param {Frame} before
 */
function isNext(frame, before) {
  const { codec, sequence, session } = before;
  return frame.session === session && frame.codec === codec && frame.sequence === sequence + 1;
}
