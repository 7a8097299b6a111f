/** One camera's pictures on one canvas: the newest only, and never backwards. */

import { localTime } from "../../lib/clock.js";
import { isNewer, Rendition } from "../../protocol/wire.js";
import { JpegDecoding } from "../decoding/jpeg-decoding.js";
import { VideoDecoding } from "../decoding/video-decoding.js";

/** @typedef {import("../../protocol/wire.js").Frame} Frame */

/**
 * A frame on its way to the canvas; of two the one with the greater turn came later.
 *
 * @typedef {{ frame: Frame, turn: number, arrivedAt: number }} Shot
 */

/** @typedef {ImageBitmap | VideoFrame} Picture */

/** @type {{ turn: number, frame: Frame | null }} */
const NOTHING = { turn: 0, frame: null };

/**
 * @typedef {object} Handlers
 * @property {(frame: Frame, times: import("../worker-messages.js").Times) => void} onShown
 * @property {() => void} onBroken
 * @property {(codec: string | null) => void} onHopeless as VideoDecoding's
 */

export class Projector {
  #canvas;
  #context;
  #jpeg = new JpegDecoding((shot, picture) => this.#decoded(shot, picture));
  /** What was decoded last of what is shown, or will be. */
  #newest = NOTHING;
  #onShown;
  #turns = 0;
  /** @type {{ shot: Shot, picture: Picture, decodedAt: number } | null} */
  #undrawn = null;
  #video;

  /**
   * @param {OffscreenCanvas} canvas
   * @param {Handlers} handlers
   */
  constructor(canvas, { onShown, onBroken, onHopeless }) {
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("This browser gives no canvas.");
    this.#canvas = canvas;
    this.#context = context;
    this.#onShown = onShown;
    this.#video = new VideoDecoding({
      onPicture: (shot, picture) => this.#decoded(shot, picture),
      onBroken,
      onHopeless,
    });
  }

  /**
   * @param {Frame} frame
   * @param {number} arrivedAt
   */
  take(frame, arrivedAt) {
    this.#turns += 1;
    const decoding = isVideo(frame) ? this.#video : this.#jpeg;
    decoding.take({ frame, turn: this.#turns, arrivedAt });
  }

  /** A device has few decoders, and this one has nothing to do now. */
  rest() {
    this.#video.forget();
  }

  /** Leaves nothing of what was shown, nor of what is being decoded. */
  clear() {
    this.#jpeg.forget();
    this.#video.forget();
    this.#newest = { ...NOTHING, turn: this.#turns };
    this.#undrawn?.picture.close();
    this.#undrawn = null;
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  set hidden(/** @type {boolean} */ hidden) {
    this.#jpeg.hidden = hidden;
    this.#video.hidden = hidden;
  }

  /**
   * @param {Shot} shot
   * @param {Picture} picture
   */
  #decoded(shot, picture) {
    if (!this.#isProgress(shot)) {
      picture.close();
      return;
    }
    this.#newest = shot;
    if (this.#undrawn) this.#undrawn.picture.close();
    else requestAnimationFrame(() => this.#draw());
    this.#undrawn = { shot, picture, decodedAt: localTime() };
  }

  /** @param {Shot} shot */
  #isProgress({ turn, frame }) {
    const { turn: newestTurn, frame: newest } = this.#newest;
    if (turn <= newestTurn) return false;
    if (!newest || newest.session !== frame.session) return true;
    // Who comes gets the newest picture first, and then video from a key frame before it on.
    if (isVideo(newest) === isVideo(frame)) return isNewer(frame, newest);
    return frame.capturedAt >= newest.capturedAt;
  }

  #draw() {
    if (!this.#undrawn) return;
    const { shot, picture, decodedAt } = this.#undrawn;
    const { frame, arrivedAt } = shot;
    this.#undrawn = null;
    this.#paint(picture, frame);
    picture.close();
    this.#onShown(frame, { arrivedAt, decodedAt, drawnAt: localTime() });
  }

  /**
   * @param {Picture} picture
   * @param {Frame} size
   */
  #paint(picture, { width, height }) {
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#context.drawImage(picture, 0, 0, width, height);
  }
}

/** @param {Frame} frame */
function isVideo(frame) {
  return frame.rendition === Rendition.VIDEO;
}
