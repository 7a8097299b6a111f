import assert from "node:assert/strict";
import { test } from "node:test";

import { even, fixedGrid, oneLarge } from "../../../../static/js/pages/wall/candidates.js";

/** @typedef {import("../../../../static/js/pages/wall/blocks.js").Block} Block */

/**
 * @param {Block} block
 * @returns {(number | null)[]} its tiles, in order
 */
function tilesOf({ tile, parts }) {
  return parts ? parts.flatMap(tilesOf) : [tile ?? null];
}

/** @param {number} count */
function firstOf(count) {
  return [...Array(count).keys()];
}

test("each way shows each picture once, in order", () => {
  for (const make of [even, oneLarge]) {
    for (const count of [1, 2, 5, 7, 13, 36]) {
      const aspects = firstOf(count).map((index) => [16 / 9, 4 / 3, 9 / 16][index % 3]);
      const ways = make(aspects);
      assert.ok(ways.length > 0);
      for (const way of ways) {
        const shown = tilesOf(way).filter((tile) => tile !== null);
        assert.deepEqual(shown, firstOf(count));
      }
    }
  }
});

test("a grid has an empty cell where there is no picture", () => {
  assert.deepEqual(tilesOf(fixedGrid(3, 2, 1)), [0, 1, 2, null]);
});
