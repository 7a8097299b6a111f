import assert from "node:assert/strict";
import { test } from "node:test";

import { beside, place, single, stacked } from "../../../../static/js/pages/wall/blocks.js";

test("what is beside each other has the same height, what is stacked the same width", () => {
  const block = stacked([beside([single(0, 2), single(1, 1)]), single(2, 3)]);
  assert.equal(block.aspect, 1.5);
  assert.deepEqual(place(block, { width: 300, height: 200 }), [
    { left: 0, top: 0, width: 200, height: 100 },
    { left: 200, top: 0, width: 100, height: 100 },
    { left: 0, top: 100, width: 300, height: 100 },
  ]);
});

test("a block stands in the middle of an area that has another shape", () => {
  const alone = single(0, 1);
  assert.deepEqual(place(alone, { width: 300, height: 100 }), [
    { left: 100, top: 0, width: 100, height: 100 },
  ]);
  assert.deepEqual(place(alone, { width: 100, height: 300 }), [
    { left: 0, top: 100, width: 100, height: 100 },
  ]);
});

test("an empty place takes room, and nothing is there", () => {
  const block = beside([single(0, 1), single(null, 1)]);
  assert.deepEqual(place(block, { width: 200, height: 100 }), [
    { left: 0, top: 0, width: 100, height: 100 },
  ]);
});
