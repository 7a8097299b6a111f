import assert from "node:assert/strict";
import { test } from "node:test";

import { inWallOrder, rememberOrder } from "../../../../static/js/pages/shared/wall-order.js";

/** @type {Map<string, string>} */
const stored = new Map();
Object.assign(globalThis, {
  localStorage: {
    getItem: (/** @type {string} */ key) => stored.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => stored.set(key, value),
  },
});
const cameras = ["Gate 10", "Gate 2", "door"].map((name) => ({ id: name, name }));
const ids = () => inWallOrder(cameras).map(({ id }) => id);

test("before a wall was seen, cameras are in the natural order of their names", () => {
  assert.deepEqual(ids(), ["door", "Gate 2", "Gate 10"]);
});

test("then in that of the wall, and those that it did not show come last", () => {
  rememberOrder(["Gate 10", "gone", "door"]);
  assert.deepEqual(ids(), ["Gate 10", "door", "Gate 2"]);
});
