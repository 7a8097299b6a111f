import assert from "node:assert/strict";
import { test } from "node:test";

import { meanLuma } from "../../../../../static/js/pages/shared/capture/measuring.js";

test("light is the mean of the pixels, green weighing most", () => {
  assert.equal(
    Math.round(meanLuma(new Uint8ClampedArray([255, 255, 255, 255, 0, 0, 0, 255]))),
    128,
  );
  const of = (/** @type {number[]} */ ...pixel) => meanLuma(new Uint8ClampedArray(pixel));
  assert.ok(of(0, 255, 0, 255) > of(255, 0, 0, 255));
  assert.ok(of(255, 0, 0, 255) > of(0, 0, 255, 255));
});
