/** One camera's pictures on one canvas: the newest only, and never backwards. */

import { localTime } from "../../lib/clock.js";
import { isNewer, Rendition } from "../../protocol/wire.js";
import { JpegDecoding } from "../decoding/jpeg-decoding.js";
import { VideoDecoding } from "../decoding/video-decoding.js";

/** @typedef {import("../../protocol/wire.js").Frame} Frame */

/**
 * A frame on its way to the canvas; the later one has the greater turn.
 *
 * @typedef {{ frame: Frame, turn: number, arrivedAt: number }} QueuedFrame
 */

/** @typedef {ImageBitmap | VideoFrame} Picture */

/** @type {{ turn: number, frame: Frame | null }} */
const NOTHING = { turn: 0, frame: null };

/**
 * @typedef {object} Handlers
 * @property {(frame: Frame, times: import("../worker-messages.js").Times) => void} onShown
 * @property {() => void} onBroken
 * @property {(codec: string | null) => void} onUnplayable as in VideoDecoding
 */

export class CanvasRenderer {
  #canvas;
  #context;
  #jpeg = new JpegDecoding((queued, picture) => this.#decoded(queued, picture));
  /** The newest frame that is shown or will be. */
  #newest = NOTHING;
  #onShown;
  #turns = 0;
  /** @type {{ queued: QueuedFrame, picture: Picture, decodedAt: number } | null} */
  #undrawn = null;
  #video;

  /**
   * @param {OffscreenCanvas} canvas
   * @param {Handlers} handlers
   */
  constructor(canvas, { onShown, onBroken, onUnplayable }) {
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("This browser gives no canvas.");
    this.#canvas = canvas;
    this.#context = context;
    this.#onShown = onShown;
    this.#video = new VideoDecoding({
      onPicture: (queued, picture) => this.#decoded(queued, picture),
      onBroken,
      onUnplayable,
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

  /** Erases what is shown, and drops what is being decoded. */
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
   * @param {QueuedFrame} queued
   * @param {Picture} picture
   */
  #decoded(queued, picture) {
    if (!this.#isProgress(queued)) {
      picture.close();
      return;
    }
    this.#newest = queued;
    if (this.#undrawn) this.#undrawn.picture.close();
    else requestAnimationFrame(() => this.#draw());
    this.#undrawn = { queued, picture, decodedAt: localTime() };
  }

  /** @param {QueuedFrame} queued */
  #isProgress({ turn, frame }) {
    const { turn: newestTurn, frame: newest } = this.#newest;
    if (turn <= newestTurn) return false;
    if (!newest || newest.session !== frame.session) return true;
    // A new viewer gets the newest picture first, then video from an earlier key frame on.
    if (isVideo(newest) === isVideo(frame)) return isNewer(frame, newest);
    return frame.capturedAt >= newest.capturedAt;
  }

  #draw() {
    if (!this.#undrawn) return;
    const { queued, picture, decodedAt } = this.#undrawn;
    const { frame, arrivedAt } = queued;
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
