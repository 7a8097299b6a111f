/** How a camera's picture is turned and fitted, remembered by this browser for each camera. */

import { keep, kept } from "../../lib/storage.js";

const KEY = "orientation";

/**
 * @typedef {object} Orientation
 * @property {0 | 90 | 180 | 270} turn clockwise, in degrees
 * @property {boolean} mirrored left and right are swapped, before it is turned
 * @property {boolean} fills the window rather than fitting into it: its edges may be cut off
 */

/** @type {Readonly<Orientation>} */
export const UPRIGHT = { turn: 0, mirrored: false, fills: false };

/**
 * @param {Orientation} orientation
 * @returns {Orientation} a quarter further, clockwise
 */
export function turned(orientation) {
  const turn = /** @type {Orientation["turn"]} */ ((orientation.turn + 90) % 360);
  return { ...orientation, turn };
}

/**
 * @param {string} camera id
 * @returns {Orientation}
 */
export function remembered(camera) {
  return { ...UPRIGHT, ...all()[camera] };
}

/**
 * @param {string} camera id
 * @param {Orientation} orientation
 */
export function remember(camera, orientation) {
  const others = all();
  delete others[camera];
  const isUpright = JSON.stringify(orientation) === JSON.stringify(UPRIGHT);
  const orientations = isUpright ? others : { ...others, [camera]: orientation };
  keep(KEY, orientations);
}

/**
 * For the style sheet, and for whoever copies the picture.
 *
 * @param {HTMLElement} tile
 * @param {Orientation} orientation
 */
export function orient(tile, { turn, mirrored, fills }) {
  tile.dataset.turn = String(turn);
  tile.toggleAttribute("data-mirrored", mirrored);
  tile.toggleAttribute("data-fills", fills);
}

/**
 * @param {HTMLElement} tile
 * @returns {Orientation}
 */
export function orientationOf({ dataset }) {
  const turn = /** @type {Orientation["turn"]} */ (Number(dataset.turn ?? 0));
  return { turn, mirrored: "mirrored" in dataset, fills: "fills" in dataset };
}

/** @returns {Record<string, Orientation>} by camera */
function all() {
  return kept(KEY) ?? {};
}
