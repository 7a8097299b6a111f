/**
 * Whether what is drawn can be read. Browsers that resist fingerprinting give noise instead, without
 * a word, and a JPEG is made of what is read. Some only change a value here and there by a little.
 */

const COLOURS = ["rgb(200, 40, 90)", "rgb(30, 160, 220)"];
const VALUES = [
  [200, 40, 90],
  [30, 160, 220],
];
const SIDE = 16;
/** Noise is off by some 85 on average. */
const MAX_MEAN_ERROR = 20;

/** @param {OffscreenCanvas} canvas which is drawn on */
export function canReadBack(canvas) {
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) return false;
  Object.assign(canvas, { width: COLOURS.length * SIDE, height: SIDE });
  COLOURS.forEach((colour, index) => {
    context.fillStyle = colour;
    context.fillRect(index * SIDE, 0, SIDE, SIDE);
  });
  const errors = VALUES.flatMap((values, index) => {
    const { data } = context.getImageData(index * SIDE, 0, SIDE, SIDE);
    return [...data].map((value, at) => Math.abs(value - (values[at % 4] ?? value)));
  });
  return errors.reduce((sum, error) => sum + error, 0) / errors.length <= MAX_MEAN_ERROR;
}
