/** A picture of the camera on its way to the encoders. */

/** @typedef {{ picture: import("./messages.js").Picture, at: number, width: number, height: number }} Shot */

/**
 * @param {import("./messages.js").Picture} picture
 * @param {number} at when it was captured, by our clock
 * @returns {Shot}
 */
export function shoot(picture, at) {
  return "displayWidth" in picture
    ? { picture, at, width: picture.displayWidth, height: picture.displayHeight }
    : { picture, at, width: picture.width, height: picture.height };
}
