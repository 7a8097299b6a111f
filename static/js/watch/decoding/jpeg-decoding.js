/** One camera's JPEGs into pictures: only the newest one waits. */

import { NewestOnly } from "../../lib/newest.js";
import { jpeg } from "../../protocol/codecs/index.js";
import { isNewer } from "../../protocol/wire.js";

/** @typedef {import("../render/canvas-renderer.js").QueuedFrame} QueuedFrame */

export class JpegDecoding {
  #begun = 0;
  #decoder = new NewestOnly(
    (/** @type {QueuedFrame} */ queued) => this.#decode(queued),
    () => {},
  );
  #isHidden = false;
  /** @type {QueuedFrame | null} */
  #newest = null;
  #onPicture;

  /** @param {(queued: QueuedFrame, picture: ImageBitmap) => void} onPicture */
  constructor(onPicture) {
    this.#onPicture = onPicture;
  }

  /** @param {QueuedFrame} queued */
  take(queued) {
    if (this.#newest && !isNewer(queued.frame, this.#newest.frame)) return;
    this.#newest = queued;
    this.#begin();
  }

  /** On a hidden page the newest frame waits until the page is visible again. */
  set hidden(/** @type {boolean} */ hidden) {
    this.#isHidden = hidden;
    this.#begin();
  }

  forget() {
    this.#newest = null;
  }

  #begin() {
    const queued = this.#newest;
    if (this.#isHidden || !queued || queued.turn <= this.#begun) return;
    this.#begun = queued.turn;
    this.#decoder.push(queued);
  }

  /** @param {QueuedFrame} queued */
  async #decode(queued) {
    const { payload, sequence, session } = queued.frame;
    try {
      const blob = new Blob([payload], { type: jpeg.mediaType });
      this.#onPicture(queued, await createImageBitmap(blob));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      console.warn(`Frame ${sequence} of session ${session} is no picture.`);
    }
  }
}
