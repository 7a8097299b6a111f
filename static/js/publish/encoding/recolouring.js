/** Pictures of other colours for video that cannot say which it has. */

import { BT601 } from "../../protocol/bt601.js";

/** @typedef {import("../worker-messages.js").Size} Size */

export class Recolouring {
  #canvas = new OffscreenCanvas(1, 1);
  #context = this.#canvas.getContext("2d", { alpha: false, willReadFrequently: true });

  /**
   * The frame in the colours of BT.601.
   *
   * @param {VideoFrame} frame which stays the caller's
   * @param {Size} size with even sides
   */
  convert(frame, size) {
    const { width, height } = size;
    if (this.#canvas.width !== width || this.#canvas.height !== height)
      Object.assign(this.#canvas, size);
    this.#context?.drawImage(frame, 0, 0, width, height);
    const pixels = this.#context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    return new VideoFrame(i420(pixels, size), {
      format: "I420",
      codedWidth: width,
      codedHeight: height,
      timestamp: frame.timestamp,
      colorSpace: BT601,
    });
  }
}

/**
 * Three planes in the limited range of ITU-R BT.601: of luma, and at half the size of both chromas.
 *
 * @param {Uint8ClampedArray} pixels red, green, blue and opacity of each
 * @param {Size} size with even sides
 */
export function i420(pixels, { width, height }) {
  const quarter = (width * height) / 4;
  const planes = new Uint8Array(6 * quarter);
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const at = y * width + x;
      let [red, green, blue] = [2, 2, 2];
      for (const pixel of [at, at + 1, at + width, at + width + 1]) {
        const [r, g, b] = [pixels[4 * pixel], pixels[4 * pixel + 1], pixels[4 * pixel + 2]];
        planes[pixel] = 16 + ((66 * r + 129 * g + 25 * b + 128) >> 8);
        red += r;
        green += g;
        blue += b;
      }
      [red, green, blue] = [red >> 2, green >> 2, blue >> 2];
      const chroma = 4 * quarter + (y / 2) * (width / 2) + x / 2;
      planes[chroma] = 128 + ((112 * blue - 74 * green - 38 * red + 128) >> 8);
      planes[chroma + quarter] = 128 + ((112 * red - 94 * green - 18 * blue + 128) >> 8);
    }
  }
  return planes;
}
