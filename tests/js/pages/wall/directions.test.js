import assert from "node:assert/strict";
import { test } from "node:test";

import { isArrow, neighbour } from "../../../../static/js/pages/wall/directions.js";
import { plan } from "../../../../static/js/pages/wall/layout.js";

const rects = [
  { left: 0, top: 0, width: 600, height: 300 },
  { left: 600, top: 0, width: 600, height: 300 },
  { left: 0, top: 300, width: 400, height: 200 },
  { left: 400, top: 300, width: 400, height: 200 },
  { left: 800, top: 300, width: 400, height: 200 },
];

test("arrows lead to the tile there, also to a row of another length", () => {
  assert.deepEqual(
    [
      neighbour(rects, 0, "ArrowRight"),
      neighbour(rects, 1, "ArrowLeft"),
      neighbour(rects, 0, "ArrowDown"),
      neighbour(rects, 4, "ArrowUp"),
      neighbour(rects, 3, "ArrowRight"),
    ],
    [1, 0, 2, 1, 4],
  );
});

test("at the edge there is none", () => {
  for (const [from, key] of /** @type {[number, string][]} */ ([
    [0, "ArrowLeft"],
    [1, "ArrowUp"],
    [4, "ArrowRight"],
    [2, "ArrowDown"],
  ])) {
    assert.equal(neighbour(rects, from, key), null);
  }
});

test("every tile of every layout can be reached by arrows", () => {
  for (const layout of /** @type {const} */ (["auto", "focus", "3x3"])) {
    for (const count of [2, 6, 7, 9, 16]) {
      const shapes = Array.from(
        { length: count },
        (_, index) => [16 / 9, 4 / 3, 9 / 16][index % 3],
      );
      for (const page of plan({ width: 1440, height: 900, gap: 4, aspects: shapes, layout })) {
        assert.equal(reached(page.rects).size, page.rects.length, `${layout} ${count}`);
      }
    }
  }
});

/** @param {import("../../../../static/js/pages/wall/blocks.js").Rect[]} tiles */
function reached(tiles) {
  const found = new Set([0]);
  for (const index of found) {
    for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
      const next = neighbour(tiles, index, key);
      if (next !== null) found.add(next);
    }
  }
  return found;
}

test("other keys are no arrows", () => {
  assert.ok(isArrow("ArrowUp"));
  assert.ok(!isArrow("Enter") && !isArrow("constructor"));
});
