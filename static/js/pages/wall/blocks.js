/**
 * Blocks of tiles without gaps between them: a tile, blocks beside each other at the same height,
 * or above each other at the same width. What is inside decides the shape, so nothing is left black.
 */

/**
 * @typedef {object} Block
 * @property {number} aspect width / height
 * @property {number | null} [tile] which one; null for a place that stays empty
 * @property {"beside" | "stacked"} [way] how its parts are put together
 * @property {Block[]} [parts]
 */

/** @typedef {{ left: number, top: number, width: number, height: number }} Rect */

/**
 * @param {number | null} tile
 * @param {number} aspect
 * @returns {Block}
 */
export function single(tile, aspect) {
  return { tile, aspect };
}

/**
 * @param {Block[]} parts
 * @returns {Block}
 */
export function beside(parts) {
  return { way: "beside", parts, aspect: sum(parts.map(({ aspect }) => aspect)) };
}

/**
 * @param {Block[]} parts
 * @returns {Block}
 */
export function stacked(parts) {
  return { way: "stacked", parts, aspect: 1 / sum(parts.map(({ aspect }) => 1 / aspect)) };
}

/** @param {number[]} numbers */
export function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

/**
 * Where the tiles of a block are that is as large as the area allows, in its middle.
 *
 * @param {Block} block
 * @param {{ width: number, height: number }} area
 * @returns {Rect[]} by tile
 */
export function place(block, area) {
  const width = Math.min(area.width, area.height * block.aspect);
  const height = width / block.aspect;
  /** @type {Rect[]} */
  const rects = [];
  const left = (area.width - width) / 2;
  const top = (area.height - height) / 2;
  put(block, { left, top, width, height }, rects);
  return rects;
}

/**
 * @param {Block} block
 * @param {Rect} rect
 * @param {Rect[]} rects to add to
 */
function put({ tile, way, parts = [] }, rect, rects) {
  if (typeof tile === "number") rects[tile] = rect;
  let { left, top } = rect;
  for (const part of parts) {
    const width = way === "beside" ? rect.height * part.aspect : rect.width;
    const height = way === "beside" ? rect.height : rect.width / part.aspect;
    put(part, { left, top, width, height }, rects);
    if (way === "beside") left += width;
    else top += height;
  }
}
