/** One camera's pictures on one canvas: the newest only, and never backwards. */

import { localTime } from "../clock.js";
import { JpegDecoding } from "./jpeg-decoding.js";

/** @typedef {import("../wire.js").Frame} Frame */

/**
 * A frame on its way to the canvas; of two the one with the greater turn came later.
 *
 * @typedef {{ frame: Frame, turn: number, arrivedAt: number }} Shot
 */

/** @typedef {ImageBitmap | VideoFrame} Picture */

export class Projector {
  #canvas;
  #context;
  #jpeg = new JpegDecoding((shot, picture) => this.#decoded(shot, picture));
  /** The turn of the newest picture that was decoded. */
  #newest = 0;
  #onShown;
  #turns = 0;
  /** @type {{ shot: Shot, picture: Picture, decodedAt: number } | null} */
  #undrawn = null;

  /**
   * @param {OffscreenCanvas} canvas
   * @param {(frame: Frame, times: import("./messages.js").Times) => void} onShown
   */
  constructor(canvas, onShown) {
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("This browser gives no canvas.");
    this.#canvas = canvas;
    this.#context = context;
    this.#onShown = onShown;
  }

  /**
   * @param {Frame} frame
   * @param {number} arrivedAt
   */
  take(frame, arrivedAt) {
    this.#turns += 1;
    this.#jpeg.take({ frame, turn: this.#turns, arrivedAt });
  }

  /** Leaves nothing of what was shown, nor of what is being decoded. */
  clear() {
    this.#jpeg.forget();
    this.#newest = this.#turns;
    this.#undrawn?.picture.close();
    this.#undrawn = null;
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  set hidden(/** @type {boolean} */ hidden) {
    this.#jpeg.hidden = hidden;
  }

  /**
   * @param {Shot} shot
   * @param {Picture} picture
   */
  #decoded(shot, picture) {
    if (shot.turn <= this.#newest) {
      picture.close();
      return;
    }
    this.#newest = shot.turn;
    if (this.#undrawn) this.#undrawn.picture.close();
    else requestAnimationFrame(() => this.#draw());
    this.#undrawn = { shot, picture, decodedAt: localTime() };
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
