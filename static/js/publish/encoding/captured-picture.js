/** A camera's picture on its way to the encoders. */

/** @typedef {import("../worker-messages.js").Picture} Picture */
/** @typedef {{ picture: Picture, capturedAt: number, width: number, height: number }} CapturedPicture */

/**
 * Takes over the picture.
 *
 * @param {Picture} taken
 * @param {number} capturedAt when it was captured, by our clock
 * @returns {CapturedPicture}
 */
export function capturedPicture(taken, capturedAt) {
  const picture = upright(taken);
  return "displayWidth" in picture
    ? { picture, capturedAt, width: picture.displayWidth, height: picture.displayHeight }
    : { picture, capturedAt, width: picture.width, height: picture.height };
}

/**
 * A frame may carry a rotation. Video encoders ignore it, and refuse frames whose rotation differs
 * from the first one's; drawing applies it.
 *
 * @param {Picture & { rotation?: number, flip?: boolean }} picture
 * @returns {Picture}
 */
function upright(picture) {
  if (!("displayWidth" in picture) || !(picture.rotation || picture.flip)) return picture;
  const canvas = new OffscreenCanvas(picture.displayWidth, picture.displayHeight);
  canvas.getContext("2d", { alpha: false })?.drawImage(picture, 0, 0);
  picture.close();
  return canvas.transferToImageBitmap();
}
