/** A camera's picture on its way to the encoders. */

/** @typedef {import("../worker-messages.js").Picture} Picture */
/** @typedef {{ picture: Picture, capturedAt: number, width: number, height: number }} CapturedPicture */

/**
 * Takes over the picture.
 *
 * @param {Picture} taken
 * @param {number} capturedAt when it was captured, by our clock
 * @param {number} [rotation] by which it is turned clockwise: 0, 90, 180 or 270 degrees
 * @returns {CapturedPicture}
 */
export function capturedPicture(taken, capturedAt, rotation = 0) {
  const picture = turned(taken, rotation);
  return { picture, capturedAt, ...sizeOf(picture) };
}

/**
 * A frame may carry a rotation of its own. Video encoders ignore it, and refuse frames whose rotation
 * differs from the first one's; drawing applies it.
 *
 * @param {Picture & { rotation?: number, flip?: boolean }} picture
 * @param {number} rotation
 * @returns {Picture}
 */
function turned(picture, rotation) {
  const isUpright = !("displayWidth" in picture) || !(picture.rotation || picture.flip);
  if (isUpright && !rotation) return picture;
  const { width, height } = sizeOf(picture);
  const canvas =
    rotation % 180 ? new OffscreenCanvas(height, width) : new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false });
  if (rotation && context) {
    context.translate(canvas.width / 2, canvas.height / 2);
    context.rotate((rotation * Math.PI) / 180);
    context.translate(-width / 2, -height / 2);
  }
  context?.drawImage(picture, 0, 0);
  picture.close();
  return canvas.transferToImageBitmap();
}

/** @param {Picture} picture */
function sizeOf(picture) {
  return "displayWidth" in picture
    ? { width: picture.displayWidth, height: picture.displayHeight }
    : { width: picture.width, height: picture.height };
}
