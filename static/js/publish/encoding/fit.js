/**
 * The size of a picture that keeps its proportions within the size asked for. For an upright
 * picture that size is turned; small pictures are not enlarged. Video encoders need even sides.
 *
 * @param {{ width: number, height: number }} picture
 * @param {{ width: number, height: number }} asked
 */
export function fit(picture, asked) {
  const isUpright = picture.height > picture.width;
  const long = Math.max(asked.width, asked.height);
  const short = Math.min(asked.width, asked.height);
  const [width, height] = isUpright ? [short, long] : [long, short];
  const scale = Math.min(1, width / picture.width, height / picture.height);
  return { width: even(picture.width * scale), height: even(picture.height * scale) };
}

/** @param {number} pixels */
function even(pixels) {
  return Math.max(2, 2 * Math.round(pixels / 2));
}
