/** Measures the preview of a camera: its size, light and frame rate. */

const MEASURES_FOR_MS = 1500;
const WIDTH = 32;
const HEIGHT = 18;

/** @typedef {Pick<import("./verdict.js").Facts, "width" | "height" | "framesPerSecond" | "light">} Measured */

/**
 * @param {HTMLVideoElement} preview on a page that is seen
 * @returns {Promise<Measured>}
 */
export async function measure(preview) {
  const began = performance.now();
  const before = preview.getVideoPlaybackQuality().totalVideoFrames;
  await new Promise((done) => setTimeout(done, MEASURES_FOR_MS));
  const frames = preview.getVideoPlaybackQuality().totalVideoFrames - before;
  return {
    width: preview.videoWidth,
    height: preview.videoHeight,
    framesPerSecond: (frames * 1000) / (performance.now() - began),
    light: lightOf(preview),
  };
}

/**
 * @param {HTMLVideoElement} preview
 * @returns {number | null} from 0 to 255
 */
function lightOf(preview) {
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context || !preview.videoWidth) return null;
  context.drawImage(preview, 0, 0, WIDTH, HEIGHT);
  return meanLuma(context.getImageData(0, 0, WIDTH, HEIGHT).data);
}

/**
 * As BT.601 weighs the colours.
 *
 * @param {Uint8ClampedArray} pixels red, green, blue, alpha
 */
export function meanLuma(pixels) {
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    sum += 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
  }
  return sum / (pixels.length / 4);
}
