import assert from "node:assert/strict";
import { test } from "node:test";

import { fit } from "../../../../static/js/publish/encoding/fit.js";

const VGA = { width: 640, height: 480 };

test("a picture keeps its proportions within the size asked", () => {
  assert.deepEqual(fit({ width: 1280, height: 960 }, VGA), VGA);
  assert.deepEqual(fit({ width: 1280, height: 720 }, VGA), { width: 640, height: 360 });
});

test("a phone held upright turns the size asked", () => {
  assert.deepEqual(fit({ width: 720, height: 1280 }, VGA), { width: 360, height: 640 });
  assert.deepEqual(fit({ width: 480, height: 640 }, VGA), { width: 480, height: 640 });
});

test("nothing is enlarged, and every size is even", () => {
  assert.deepEqual(fit({ width: 320, height: 240 }, VGA), { width: 320, height: 240 });
  assert.deepEqual(fit({ width: 1279, height: 719 }, VGA), { width: 640, height: 360 });
  assert.deepEqual(fit({ width: 1920, height: 1 }, VGA), { width: 640, height: 2 });
});
