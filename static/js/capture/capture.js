/** From the camera's pictures to frames on the channel. */

import { localTime } from "../clock.js";
import { Meter } from "../meter.js";
import { NewestOnly } from "../newest.js";
import { Codec, Rendition, pack } from "../wire.js";
import { fit } from "./fit.js";
import { JpegEncoder } from "./jpeg-encoder.js";
import { Pacer } from "./pacer.js";

/** More than so many frames waiting in the channel would only grow old there. */
const WAITING_FRAMES = 2;

/** @typedef {import("./messages.js").Picture} Picture */
/** @typedef {{ picture: Picture, at: number, width: number, height: number }} Shot */

export class Capture {
  #asked = { width: 0, height: 0 };
  #encoder;
  #encodings = { count: 0, total: 0, mean: 0 };
  #frameBytes = 0;
  #meter = new Meter();
  /** @type {number | null} */
  #offset = null;
  /** @type {import("./messages.js").Outlet[]} newest first */
  #outlets = [];
  #pacer = new Pacer();
  #sequence = 0;
  #session = 0;
  #shots = new NewestOnly(
    (/** @type {Shot} */ shot) => this.#send(shot),
    (shot) => this.#skip(shot.picture),
  );
  #size = { width: 0, height: 0 };
  #totals = { captured: 0, sent: 0, skipped: 0 };

  /** @param {OffscreenCanvas} canvas to encode on */
  constructor(canvas) {
    this.#encoder = new JpegEncoder(canvas);
  }

  set settings(/** @type {import("./messages.js").Settings} */ { width, height, frameRate, quality }) {
    this.#asked = { width, height };
    this.#pacer.frameRate = frameRate;
    this.#encoder.quality.asked = quality;
  }

  /**
   * Another way out, taken as soon as it is open; until then the one before goes on.
   *
   * @param {import("./messages.js").Outlet} outlet
   */
  offer(outlet) {
    this.#outlets = [outlet, ...this.#outlets.filter(({ readyState }) => readyState !== "closed")];
  }

  set offset(/** @type {number} */ offset) {
    this.#offset = offset;
  }

  /** A resumed session keeps its number, and its sequence goes on. */
  set session(/** @type {number} */ session) {
    if (session !== this.#session) this.#sequence = 0;
    this.#session = session;
  }

  /**
   * Takes over the picture and closes it.
   *
   * @param {Picture} picture
   */
  take(picture) {
    const at = localTime();
    if (!this.#isReady || !this.#pacer.isDue(at)) {
      picture.close();
      return;
    }
    this.#totals.captured += 1;
    if (this.#isCongested) this.#skip(picture);
    else this.#shots.push({ picture, at, ...dimensions(picture) });
  }

  /** @returns {import("./messages.js").Report} */
  report() {
    const now = localTime();
    const { count, total } = this.#encodings;
    const mean = count ? total / count : this.#encodings.mean;
    this.#encodings = { count: 0, total: 0, mean };
    return {
      ...this.#totals,
      ...this.#size,
      framesPerSecond: this.#meter.framesPerSecond(now),
      bitsPerSecond: this.#meter.bitsPerSecond(now),
      encodeMs: mean,
      quality: this.#encoder.quality.current,
    };
  }

  get #isReady() {
    return this.#outlet !== undefined && this.#session !== 0 && this.#offset !== null;
  }

  get #outlet() {
    return this.#outlets.find(({ readyState }) => readyState === "open");
  }

  get #isCongested() {
    return (this.#outlet?.bufferedAmount ?? 0) > WAITING_FRAMES * this.#frameBytes;
  }

  /** @param {Shot} shot */
  async #send({ picture, at, ...dimensions }) {
    const size = fit(dimensions, this.#asked);
    const payload = await this.#encode(picture, size);
    if (payload && this.#transmit(payload, size, at)) this.#totals.sent += 1;
    else this.#totals.skipped += 1;
  }

  /**
   * @param {Picture} picture
   * @param {{ width: number, height: number }} size
   */
  async #encode(picture, size) {
    const began = performance.now();
    const payload = await this.#encoder.encode(picture, size);
    picture.close();
    this.#encodings.count += 1;
    this.#encodings.total += performance.now() - began;
    return payload;
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} payload
   * @param {{ width: number, height: number }} size
   * @param {number} at
   */
  #transmit(payload, size, at) {
    // The connection may have gone while the picture was encoded.
    if (!this.#isReady) return false;
    const message = pack(
      {
        rendition: Rendition.JPEG,
        codec: Codec.JPEG,
        key: true,
        session: this.#session,
        sequence: this.#sequence + 1,
        capturedAt: at + (this.#offset ?? 0),
        ...size,
      },
      payload,
    );
    // Before sending, which may take the bytes away.
    this.#frameBytes = message.byteLength;
    this.#outlet?.send(message);
    this.#sequence += 1;
    this.#size = size;
    this.#meter.add(localTime(), this.#frameBytes);
    return true;
  }

  /** @param {Picture} picture */
  #skip(picture) {
    picture.close();
    this.#totals.skipped += 1;
  }
}

/** @param {Picture} picture */
function dimensions(picture) {
  return "displayWidth" in picture
    ? { width: picture.displayWidth, height: picture.displayHeight }
    : { width: picture.width, height: picture.height };
}
