/** The ways in which tiles can share a window, in the order of the cameras. */

import { beside, single, stacked, sum } from "./blocks.js";

/** @typedef {import("./blocks.js").Block} Block */

/** @typedef {(parts: Block[]) => Block} Way */

/** How the parts of a line are put together, and how the lines are. @typedef {[Way, Way]} Direction */

/** @type {Direction[]} rows above each other; columns beside each other */
const DIRECTIONS = [
  [beside, stacked],
  [stacked, beside],
];

/** So many tiles at most can be tried in all lines: 2 ** 7 of them. */
const FEW = 8;

/** How many places beside a large one may stay empty, so that a few others are smaller than it. */
const BLANKS = [0, 1, 2, 3];
/** Ways of rounding, where pictures have different shapes. */
const TAKES = [0.5, 0.2, 0.35, 0.65, 0.8];

/**
 * All tiles about equally large.
 *
 * @param {number[]} aspects of the pictures
 * @returns {Block[]}
 */
export function even(aspects) {
  const tiles = aspects.map((aspect, index) => single(index, aspect));
  return DIRECTIONS.flatMap((direction) => [
    ...inAllLines(tiles, direction),
    ...grids(tiles, direction),
    ...withQuarters(tiles, direction),
    ...corners(tiles, direction),
  ]);
}

/**
 * The first one large, the rest on one or two sides of it.
 *
 * @param {number[]} aspects of the pictures
 * @returns {Block[]}
 */
export function oneLarge(aspects) {
  const [large, ...rest] = aspects.map((aspect, index) => single(index, aspect));
  if (!rest.length) return [large];
  const blank = single(null, rest[0].aspect);
  return DIRECTIONS.flatMap((direction) => [
    ...BLANKS.flatMap((count) => sides(large, [...rest, ...Array(count).fill(blank)], direction)),
    ...corners([large, ...rest], direction),
  ]);
}

/**
 * A grid of equal cells, whatever the shapes of the pictures.
 *
 * @param {number} count of tiles; the other cells stay empty
 * @param {number} side in cells
 * @param {number} aspect of a cell
 */
export function fixedGrid(count, side, aspect) {
  const cells = Array.from({ length: side ** 2 }, (_, index) =>
    single(index < count ? index : null, aspect),
  );
  return lines(cells, Array(side).fill(side), DIRECTIONS[0]);
}

/**
 * @param {Block[]} tiles
 * @param {Direction} direction
 */
function inAllLines(tiles, direction) {
  const isUniform = tiles.every(({ aspect }) => aspect === tiles[0].aspect);
  const takes = isUniform ? TAKES.slice(0, 1) : TAKES;
  const counts =
    tiles.length <= FEW
      ? compositions(tiles.length)
      : twoSizes(tiles.length).flatMap((each) =>
          takes.map((take) => balanced(tiles, each, direction, take)),
        );
  return counts.map((each) => lines(tiles, each, direction));
}

/**
 * All numbers of tiles that lines may have.
 *
 * @param {number} count
 * @returns {number[][]}
 */
function compositions(count) {
  if (count === 0) return [[]];
  return numbersTo(count).flatMap((first) =>
    compositions(count - first).map((rest) => [first, ...rest]),
  );
}

/**
 * Lines with one number of tiles and then, smaller, with another: 5 as 2 + 3, 12 as 3 + 3 + 6.
 *
 * @param {number} count
 * @returns {number[][]}
 */
function twoSizes(count) {
  const found = [];
  for (let few = 1; few <= count; few += 1) {
    for (let many = few; many <= 2 * few; many += 1) {
      for (let times = 1; times * few <= count; times += 1) {
        const rest = (count - times * few) / many;
        const isUseful = many > few || rest === 0;
        if (Number.isInteger(rest) && isUseful) {
          found.push([...Array(times).fill(few), ...Array(rest).fill(many)]);
        }
      }
    }
  }
  return found;
}

/**
 * Equal lines, the last one not full.
 *
 * @param {Block[]} tiles
 * @param {Direction} direction
 */
function grids(tiles, direction) {
  const blank = single(null, median(tiles.map(({ aspect }) => aspect)));
  return numbersTo(tiles.length).flatMap((length) => {
    const missing = (length - (tiles.length % length)) % length;
    const cells = [...tiles, ...Array(missing).fill(blank)];
    return missing ? [lines(cells, Array(cells.length / length).fill(length), direction)] : [];
  });
}

/**
 * Four of the last in the place of one: 7 as 3 large and 4 small.
 *
 * @param {Block[]} tiles
 * @param {Direction} direction
 */
function withQuarters(tiles, direction) {
  return numbersTo(Math.floor(tiles.length / 4)).flatMap((quarters) => {
    const large = tiles.slice(0, tiles.length - 4 * quarters);
    const small = tiles.slice(large.length);
    const fours = numbersTo(quarters).map((number) => small.slice(4 * number - 4, 4 * number));
    const items = [...large, ...fours.map((four) => lines(four, [2, 2], DIRECTIONS[0]))];
    return numbersTo(items.length).map((count) => inLines(items, count, direction));
  });
}

/**
 * A large one in the corner, some beside it and the rest along the other side.
 *
 * @param {Block[]} tiles
 * @param {Direction} direction
 */
function corners([large, ...rest], direction) {
  const [along, across] = direction;
  return numbersTo(rest.length - 1).flatMap((next) => {
    const first = along([large, across(rest.slice(0, next))]);
    const others = rest.slice(next);
    return numbersTo(Math.min(others.length, 3)).map((count) =>
      across([first, inLines(others, count, direction)]),
    );
  });
}

/**
 * A large one and the rest in one block.
 *
 * @param {Block} large
 * @param {Block[]} rest
 * @param {Direction} direction
 */
function sides(large, rest, direction) {
  const [along] = direction;
  return numbersTo(rest.length).map((count) => along([large, inLines(rest, count, direction)]));
}

/**
 * @param {Block[]} tiles
 * @param {number} count of lines, of about equal length
 * @param {Direction} direction
 */
function inLines(tiles, count, direction) {
  const few = Math.floor(tiles.length / count);
  const longer = tiles.length % count;
  const counts = [...Array(count - longer).fill(few), ...Array(longer).fill(few + 1)];
  return lines(tiles, balanced(tiles, counts, direction), direction);
}

/**
 * @param {Block[]} tiles
 * @param {number[]} counts of tiles, for each line
 * @param {Direction} direction
 * @returns {Block}
 */
function lines(tiles, counts, [along, across]) {
  let next = 0;
  const made = counts.map((count) => {
    next += count;
    return joined(tiles.slice(next - count, next), along);
  });
  return joined(made, across);
}

/**
 * @param {Block[]} blocks
 * @param {Way} way
 */
function joined(blocks, way) {
  return blocks.length === 1 ? blocks[0] : way(blocks);
}

/**
 * Counts with which the lines are as long as so many pictures of an average shape.
 *
 * @param {Block[]} tiles
 * @param {number[]} counts of tiles, for each line
 * @param {Direction} direction
 * @param {number} [take] which part of a tile has to fit into a line that takes it
 */
function balanced(tiles, counts, [along], take = 0.5) {
  const lengths = tiles.map(({ aspect }) => (along === beside ? aspect : 1 / aspect));
  const average = sum(lengths) / tiles.length;
  let [next, length, target] = [0, 0, 0];
  return counts.map((count, line) => {
    const first = next;
    const last = tiles.length - (counts.length - 1 - line);
    target += count * average;
    do length += lengths[next++];
    while (next < last && (line === counts.length - 1 || length + take * lengths[next] < target));
    return next - first;
  });
}

/** @param {number} last */
function numbersTo(last) {
  return Array.from({ length: Math.max(0, last) }, (_, index) => index + 1);
}

/** @param {number[]} numbers */
export function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
