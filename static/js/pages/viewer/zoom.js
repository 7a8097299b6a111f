/** Which part of a picture is seen: plain arithmetic. Lengths are shares of the frame around it. */

export const MAX_SCALE = 8;

/**
 * @typedef {object} View
 * @property {number} scale 1 when the whole picture is seen
 * @property {number} left of the part that is seen, as a share of the whole
 * @property {number} top
 */

/** @typedef {{ x: number, y: number }} Point as seen: from 0, left or top, to 1 */

/** @type {Readonly<View>} */
export const WHOLE = { scale: 1, left: 0, top: 0 };
/** @type {Readonly<Point>} */
export const CENTRE = { x: 0.5, y: 0.5 };

/**
 * What is seen at `at` stays there.
 *
 * @param {View} view
 * @param {number} factor more than 1 to see less, larger
 * @param {Point} at
 * @returns {View}
 */
export function zoomed({ scale, left, top }, factor, at) {
  const next = clamp(scale * factor, 1, MAX_SCALE);
  const gain = 1 / scale - 1 / next;
  return inside({ scale: next, left: left + at.x * gain, top: top + at.y * gain });
}

/**
 * The picture follows a pointer that moves by `by`.
 *
 * @param {View} view
 * @param {Point} by
 * @returns {View}
 */
export function panned({ scale, left, top }, by) {
  return inside({ scale, left: left - by.x / scale, top: top - by.y / scale });
}

/**
 * Two fingers, whose middle moves and whose distance grows by a factor.
 *
 * @param {View} view
 * @param {number} factor
 * @param {Point} from their middle before
 * @param {Point} to and now
 * @returns {View}
 */
export function pinched(view, factor, from, to) {
  return panned(zoomed(view, factor, from), { x: to.x - from.x, y: to.y - from.y });
}

/** @param {View} view */
export function isWhole({ scale }) {
  return scale === 1;
}

/**
 * For a style sheet, with the origin at the top left.
 *
 * @param {View} view
 */
export function transformOf({ scale, left, top }) {
  return `scale(${scale}) translate(${-100 * left}%, ${-100 * top}%)`;
}

/** @param {View} view @returns {View} that shows nothing beside the picture */
function inside({ scale, left, top }) {
  const most = 1 - 1 / scale;
  return { scale, left: clamp(left, 0, most), top: clamp(top, 0, most) };
}

/** @param {number} value @param {number} least @param {number} most */
function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
