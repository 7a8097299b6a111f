/** One camera's pictures on one canvas: the newest only, and never backwards. */

import { NewestOnly } from "../newest.js";
import { isNewer } from "../wire.js";

/** @typedef {import("../wire.js").Frame} Frame */

export class Picture {
  #canvas;
  #context;
  #decoder = new NewestOnly(
    (/** @type {Frame} */ frame) => this.#show(frame),
    () => {},
  );
  /** @type {Frame | null} */
  #newest = null;
  #onShown;
  /** @type {Frame | null} */
  #shown = null;
  /** @type {Frame | null} */
  #unpainted = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(frame: Frame) => void} onShown at the first animation frame after drawing
   */
  constructor(canvas, onShown) {
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("This browser gives no canvas.");
    this.#canvas = canvas;
    this.#context = context;
    this.#onShown = onShown;
    document.addEventListener("visibilitychange", () => this.#decode());
  }

  /** The newest frame that was drawn. */
  get shown() {
    return this.#shown;
  }

  /** @param {Frame} frame */
  push(frame) {
    if (this.#newest && !isNewer(frame, this.#newest)) return;
    this.#newest = frame;
    this.#decode();
  }

  /** Leaves nothing of what was shown, nor of what is being decoded. */
  clear() {
    this.#newest = this.#shown = this.#unpainted = null;
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  /** Nobody sees a hidden page: its newest frame waits until it is shown again. */
  #decode() {
    const frame = this.#newest;
    if (!document.hidden && frame && frame !== this.#shown) this.#decoder.push(frame);
  }

  /** @param {Frame} frame */
  async #show(frame) {
    const bitmap = await decode(frame);
    if (!bitmap) return;
    if (this.#isWanted(frame)) this.#display(frame, bitmap);
    bitmap.close();
  }

  /**
   * Whether nothing newer is shown, and nothing was cleared, since the frame came.
   *
   * @param {Frame} frame
   */
  #isWanted(frame) {
    return this.#newest !== null && (this.#shown === null || isNewer(frame, this.#shown));
  }

  /**
   * @param {Frame} frame
   * @param {ImageBitmap} bitmap
   */
  #display(frame, bitmap) {
    this.#draw(bitmap);
    this.#shown = frame;
    if (!this.#unpainted) requestAnimationFrame(() => this.#painted());
    this.#unpainted = frame;
  }

  /** @param {ImageBitmap} bitmap */
  #draw(bitmap) {
    const { width, height } = bitmap;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#context.drawImage(bitmap, 0, 0);
  }

  #painted() {
    const frame = this.#unpainted;
    this.#unpainted = null;
    if (frame) this.#onShown(frame);
  }
}

/**
 * @param {Frame} frame
 * @returns {Promise<ImageBitmap | null>} null where the bytes are no picture
 */
async function decode(frame) {
  try {
    return await createImageBitmap(new Blob([frame.payload], { type: "image/jpeg" }));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    console.warn(`Frame ${frame.sequence} of session ${frame.session} is no picture.`);
    return null;
  }
}
