/** Where the tiles of a wall are: decisions on plain numbers. */

import { place, sum } from "./blocks.js";
import { even, fixedGrid, median, oneLarge } from "./candidates.js";

/** @typedef {import("./blocks.js").Rect} Rect */

/** @typedef {"auto" | "focus" | "2x2" | "3x3" | "4x4"} LayoutName */

/** @type {LayoutName[]} */
export const LAYOUTS = ["auto", "focus", "2x2", "3x3", "4x4"];

/** Pictures that are narrower show nothing; the wall has pages before that. Pixels. */
const MIN_SIDE = 160;
/** What one connection shows. */
export const MAX_TILES = 64;
/** How much longer the sides of one tile may be than those of another of the same shape. */
const MAX_RATIO = 2;
/** How many times larger the area of the large one is than that of another. */
const MIN_LEAD = 2;
/** What a page should cover; for that the wall may have some more pages. */
const [ENOUGH, MORE_PAGES] = [0.8, 2];
/** A picture that is longer has black beside it. */
const [MIN_ASPECT, MAX_ASPECT] = [0.4, 2.5];

/**
 * @typedef {object} Page
 * @property {number[]} tiles that it shows, by their place in the order
 * @property {Rect[]} rects of these
 */

/**
 * @typedef {object} Demand
 * @property {number} width of the area
 * @property {number} height of the area
 * @property {number} gap between two tiles
 * @property {number[]} aspects of the pictures (width / height), in order
 * @property {LayoutName} layout
 */

/** @typedef {{ width: number, height: number }} Area */

/**
 * @param {Demand} demand
 * @returns {Page[]} of which the wall shows one; none only where there is no camera
 */
export function plan({ width, height, gap, aspects, layout }) {
  if (!aspects.length) return [];
  const shapes = aspects.map(shapeOf);
  const area = { width: width + gap, height: height + gap };
  const arrange = (/** @type {number[]} */ tiles) => {
    const some = tiles.map((tile) => shapes[tile]);
    const rects = isGrid(layout)
      ? place(fixedGrid(tiles.length, columnsOf(layout), median(shapes)), area)
      : best(some, area, layout);
    return { tiles, rects };
  };
  return pagesOf([...shapes.keys()], layout, arrange, area).map(({ tiles, rects }) => ({
    tiles,
    rects: rects.map((rect) => inset(rect, gap)),
  }));
}

/**
 * The share of an area that the pictures cover.
 *
 * @param {Rect[]} rects
 * @param {Area} area
 */
export function covered(rects, { width, height }) {
  return sum(rects.map((rect) => rect.width * rect.height)) / (width * height);
}

/**
 * Bounded, and so that pictures of nearly the same shape change places.
 *
 * @param {number} aspect
 */
function shapeOf(aspect) {
  return Math.round(100 * Math.min(Math.max(aspect, MIN_ASPECT), MAX_ASPECT)) / 100;
}

/**
 * As few pages as possible; some more where black would be left on them.
 *
 * @param {number[]} tiles
 * @param {LayoutName} layout
 * @param {(tiles: number[]) => Page} arrange
 * @param {Area} area
 * @returns {Page[]}
 */
function pagesOf(tiles, layout, arrange, area) {
  // The large one is on every page.
  const kept = layout === "focus" ? tiles.slice(0, 1) : [];
  const turned = tiles.slice(kept.length);
  const most = Math.max(1, room(tiles, layout, arrange) - kept.length);
  if (isGrid(layout)) return slices(turned, most).map(arrange);
  const fewest = Math.max(Math.ceil(turned.length / most), kept.length);
  const choices = [];
  for (let count = fewest; count <= fewest + (fewest > 1 ? MORE_PAGES : 0); count += 1) {
    const length = Math.max(1, Math.ceil(turned.length / count));
    // The large one may be alone.
    const pages = turned.length ? slices(turned, length) : [[]];
    choices.push(pages.map((some) => arrange([...kept, ...some])));
  }
  const isFull = (/** @type {Page} */ { rects }) => covered(rects, area) >= ENOUGH;
  return choices.find((pages) => pages.every(isFull)) ?? choices[0];
}

/**
 * How many tiles a page has room for.
 *
 * @param {number[]} tiles
 * @param {LayoutName} layout
 * @param {(tiles: number[]) => Page} arrange
 */
function room(tiles, layout, arrange) {
  if (isGrid(layout)) return columnsOf(layout) ** 2;
  const isLegible = (/** @type {number} */ count) =>
    arrange(tiles.slice(0, count)).rects.every((rect) => longSide(rect) >= MIN_SIDE);
  let [most, tooMany] = [1, Math.min(tiles.length, MAX_TILES) + 1];
  if (isLegible(tooMany - 1)) return tooMany - 1;
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (isLegible(middle)) most = middle;
    else tooMany = middle;
  }
  return most;
}

/**
 * @param {number[]} tiles
 * @param {number} length of a slice
 */
function slices(tiles, length) {
  const count = Math.ceil(tiles.length / length);
  return Array.from({ length: count }, (_, page) =>
    tiles.slice(page * length, (page + 1) * length),
  );
}

/**
 * @param {number[]} shapes
 * @param {Area} area
 * @param {LayoutName} layout
 * @returns {Rect[]} where they are placed best
 */
function best(shapes, area, layout) {
  if (layout !== "focus") {
    const rects = bestOf(even(shapes), area, (some) => valueOfEven(some, area, shapes));
    return inReadingOrder(rects, shapes);
  }
  const [large, ...others] = bestOf(oneLarge(shapes), area, (some) => valueOfFocus(some, area));
  return [large, ...inReadingOrder(others, shapes.slice(1))];
}

/**
 * @param {Iterable<import("./blocks.js").Block>} blocks
 * @param {Area} area
 * @param {(rects: Rect[]) => number} value at most twice the share that a block covers
 */
function bestOf(blocks, area, value) {
  let [chosen, highest] = [/** @type {Rect[]} */ ([]), -1];
  for (const block of blocks) {
    const ratio = (block.aspect * area.height) / area.width;
    if (2 * Math.min(ratio, 1 / ratio) < highest) continue;
    const rects = place(block, area);
    const worth = value(rects);
    // What comes later has to be better by more than an error of rounding.
    if (worth > highest + 1e-6) [chosen, highest] = [rects, worth];
  }
  return chosen;
}

/**
 * What covers most, where no tile is much larger than another.
 *
 * @param {Rect[]} rects
 * @param {Area} area
 * @param {number[]} shapes
 */
function valueOfEven(rects, area, shapes) {
  const sizes = rects.map(({ width, height }) => Math.sqrt(width * height));
  // Pictures of different shapes differ even in the same row.
  const limit = MAX_RATIO * Math.sqrt(Math.max(...shapes) / Math.min(...shapes));
  const ratio = Math.max(...sizes) / Math.min(...sizes);
  // A little more, as rounding must not matter.
  return covered(rects, area) * Math.min(1, (1.001 * limit) / ratio) * legibility(rects);
}

/**
 * What covers most, the large one above all.
 *
 * @param {Rect[]} rects
 * @param {Area} area
 */
function valueOfFocus(rects, area) {
  const [large, ...others] = rects.map(({ width, height }) => width * height);
  const lead = Math.min(1, large / (MIN_LEAD * Math.max(...others)));
  return (covered(rects, area) + covered([rects[0]], area)) * lead * legibility(rects);
}

/** @param {Rect[]} rects */
function legibility(rects) {
  const smallest = Math.min(...rects.map(longSide));
  return smallest >= MIN_SIDE ? 1 : smallest / MIN_SIDE / 2;
}

/**
 * Tiles of the same shape change places, so that they are read row by row.
 *
 * @param {Rect[]} rects
 * @param {number[]} shapes
 */
function inReadingOrder(rects, shapes) {
  const ordered = [...rects];
  for (const shape of new Set(shapes)) {
    const alike = [...shapes.keys()].filter((index) => shapes[index] === shape);
    const places = alike.map((index) => rects[index]).sort(byPlace);
    alike.forEach((index, number) => {
      ordered[index] = places[number];
    });
  }
  return ordered;
}

/**
 * @param {Rect} one
 * @param {Rect} other
 */
function byPlace(one, other) {
  // Rounding must not part what is in one row.
  return Math.round(one.top - other.top) || one.left - other.left;
}

/**
 * Whole pixels, a gap to the right and below.
 *
 * @param {Rect} rect
 * @param {number} gap
 * @returns {Rect}
 */
function inset({ left, top, width, height }, gap) {
  const [x, y] = [Math.round(left), Math.round(top)];
  return {
    left: x,
    top: y,
    width: Math.round(left + width) - x - gap,
    height: Math.round(top + height) - y - gap,
  };
}

/** @param {Rect} rect */
function longSide({ width, height }) {
  return Math.max(width, height);
}

/** @param {LayoutName} layout */
function isGrid(layout) {
  return layout !== "auto" && layout !== "focus";
}

/** @param {LayoutName} layout a grid */
function columnsOf(layout) {
  return Number(layout[0]);
}
