/** Pictures into JPEGs that fit into one message. */

import { localTime } from "../../lib/clock.js";
import { jpeg } from "../../protocol/codecs/index.js";
import { MAX_SENT_PAYLOAD_BYTES } from "../../protocol/wire.js";
import { Quality } from "./quality.js";

export class JpegEncoder {
  #canvas;
  #context;
  quality = new Quality();

  /** @param {OffscreenCanvas} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    // Each picture is read back at once: drawing on the GPU would only add the way there.
    const context = this.#canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    if (!context) throw new Error("This browser gives no canvas to draw on.");
    this.#context = context;
  }

  /**
   * @param {import("../worker-messages.js").Picture} picture
   * @param {import("../worker-messages.js").Size} size
   * @param {number} asked quality
   * @returns {Promise<Uint8Array<ArrayBuffer> | null>} null where even the lowest quality is too large
   */
  async encode(picture, { width, height }, asked) {
    this.#resize(width, height);
    this.#context.drawImage(picture, 0, 0, width, height);
    do {
      const blob = await this.#canvas.convertToBlob({
        type: jpeg.mediaType,
        quality: this.quality.of(asked),
      });
      if (blob.size <= MAX_SENT_PAYLOAD_BYTES) {
        this.quality.fitted(blob.size / MAX_SENT_PAYLOAD_BYTES, localTime());
        return new Uint8Array(await blob.arrayBuffer());
      }
    } while (this.quality.lower(asked));
    return null;
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  #resize(width, height) {
    if (this.#canvas.width === width && this.#canvas.height === height) return;
    Object.assign(this.#canvas, { width, height });
    // At another size another quality fits.
    this.quality.share = 1;
  }
}
