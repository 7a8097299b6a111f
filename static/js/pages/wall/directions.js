/** Which tile is next to another one. */

/** @typedef {import("./blocks.js").Rect} Rect */

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** Pixels by which tiles in a row may differ. */
const ROUNDING = 2;
/** How much worse it is to be aside than to be far away. */
const ASIDE = 3;

/** @param {string} key */
export function isArrow(key) {
  return Object.hasOwn(DIRECTIONS, key);
}

/**
 * @param {Rect[]} rects
 * @param {number} from which of them
 * @param {string} key of an arrow
 * @returns {number | null} the next one there; null where there is none
 */
export function neighbour(rects, from, key) {
  const [x, y] = DIRECTIONS[key];
  const here = middle(rects[from]);
  let [nearest, shortest] = [/** @type {number | null} */ (null), Number.POSITIVE_INFINITY];
  for (const [index, rect] of rects.entries()) {
    const there = middle(rect);
    const ahead = x ? x * (there.x - here.x) - here.halfX : y * (there.y - here.y) - here.halfY;
    const aside = Math.abs(x ? there.y - here.y : there.x - here.x);
    const distance = ahead + ASIDE * aside;
    const isAhead = ahead >= (x ? there.halfX : there.halfY) - ROUNDING;
    if (index !== from && isAhead && distance < shortest) [nearest, shortest] = [index, distance];
  }
  return nearest;
}

/** @param {Rect} rect */
function middle({ left, top, width, height }) {
  return { x: left + width / 2, y: top + height / 2, halfX: width / 2, halfY: height / 2 };
}
