/** One camera's JPEGs into pictures: of those that wait only the newest. */

import { NewestOnly } from "../../lib/newest.js";
import { jpeg } from "../../protocol/codecs/index.js";
import { isNewer } from "../../protocol/wire.js";

/** @typedef {import("../render/canvas-renderer.js").Shot} Shot */

export class JpegDecoding {
  #begun = 0;
  #decoder = new NewestOnly(
    (/** @type {Shot} */ shot) => this.#decode(shot),
    () => {},
  );
  #isHidden = false;
  /** @type {Shot | null} */
  #newest = null;
  #onPicture;

  /** @param {(shot: Shot, picture: ImageBitmap) => void} onPicture */
  constructor(onPicture) {
    this.#onPicture = onPicture;
  }

  /** @param {Shot} shot */
  take(shot) {
    if (this.#newest && !isNewer(shot.frame, this.#newest.frame)) return;
    this.#newest = shot;
    this.#begin();
  }

  /** Nobody sees a hidden page: its newest frame waits until it is shown again. */
  set hidden(/** @type {boolean} */ hidden) {
    this.#isHidden = hidden;
    this.#begin();
  }

  forget() {
    this.#newest = null;
  }

  #begin() {
    const shot = this.#newest;
    if (this.#isHidden || !shot || shot.turn <= this.#begun) return;
    this.#begun = shot.turn;
    this.#decoder.push(shot);
  }

  /** @param {Shot} shot */
  async #decode(shot) {
    const { payload, sequence, session } = shot.frame;
    try {
      const blob = new Blob([payload], { type: jpeg.mediaType });
      this.#onPicture(shot, await createImageBitmap(blob));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      console.warn(`Frame ${sequence} of session ${session} is no picture.`);
    }
  }
}
