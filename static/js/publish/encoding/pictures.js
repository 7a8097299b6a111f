/** The JPEG renditions: at the camera's rate while wanted, otherwise one still per second. */

import { NewestOnly } from "../../lib/newest.js";
import { jpeg } from "../../protocol/codecs/index.js";
import { Rendition } from "../../protocol/wire.js";
import { fit } from "./fit.js";
import { JpegEncoder } from "./jpeg-encoder.js";
import { Tally } from "./tally.js";

/** A camera's pictures come with some jitter. */
const STILL_INTERVAL_MS = 975;
/** Pictures that may wait in the channel: more would only grow stale there. */
const MAX_WAITING = 2;

/** @typedef {import("./ladder.js").Plan} Plan */
/** @typedef {import("./captured-picture.js").CapturedPicture} CapturedPicture */

export class Pictures {
  #encoder;
  #frameBytes = 0;
  #sender;
  #queue = new NewestOnly(
    (/** @type {{ captured: CapturedPicture, plan: Plan, rendition: number }} */ taken) =>
      this.#send(taken),
    ({ captured }) => this.#skip(captured, true),
  );
  #takenAt = -Infinity;

  /** Whether none can be made. */
  isBlind = false;
  /** Whether at the camera's rate. */
  isWanted = false;
  tally = new Tally();

  /**
   * @param {OffscreenCanvas} canvas to encode on
   * @param {import("./sender.js").Sender} sender
   */
  constructor(canvas, sender) {
    this.#encoder = new JpegEncoder(canvas);
    this.#sender = sender;
  }

  /** Whether quality had to step back for pictures to fit into one message. */
  get isFitted() {
    return this.#encoder.quality.share < 1;
  }

  /**
   * Takes over the picture and closes it.
   *
   * @param {CapturedPicture} captured
   * @param {Plan} plan
   */
  take(captured, plan) {
    const isCongested = this.#sender.waitingBytes > MAX_WAITING * this.#frameBytes;
    const isDue =
      this.isWanted || (!isCongested && captured.capturedAt - this.#takenAt >= STILL_INTERVAL_MS);
    if (this.isBlind || !isDue) {
      captured.picture.close();
      return;
    }
    this.#takenAt = captured.capturedAt;
    this.tally.captured += 1;
    if (isCongested) this.#skip(captured);
    else
      this.#queue.push({
        captured,
        plan,
        rendition: this.isWanted ? Rendition.JPEG : Rendition.STILL,
      });
  }

  /** @param {{ captured: CapturedPicture, plan: Plan, rendition: number }} taken */
  async #send({ captured, plan, rendition }) {
    const size = fit(captured, rendition === Rendition.STILL ? plan.stillSize : plan.size);
    const began = performance.now();
    try {
      const payload = await this.#encoder.encode(captured.picture, size, plan.quality);
      this.tally.encoded(performance.now() - began);
      const about = {
        rendition,
        codec: jpeg.number,
        key: true,
        capturedAt: captured.capturedAt,
        ...size,
      };
      const bytes = payload ? this.#sender.send(about, payload) : 0;
      if (!bytes) return this.tally.skip();
      this.#frameBytes = bytes;
      this.tally.add(bytes, size);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      console.warn(`A picture could not be encoded: ${error.message}`);
      this.tally.skip();
    } finally {
      // In any case: a camera whose pictures stay open soon delivers no more.
      captured.picture.close();
    }
  }

  /**
   * @param {CapturedPicture} captured
   * @param {boolean} [isBusy]
   */
  #skip({ picture }, isBusy) {
    picture.close();
    this.tally.skip(isBusy);
  }
}
