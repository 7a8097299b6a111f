import assert from "node:assert/strict";
import { test } from "node:test";

import { canReadBack } from "../../../../static/js/publish/encoding/readback.js";
import { FakeCanvas } from "../../fakes.js";

/** @param {(values: number[]) => number[]} [read] */
function reads(read) {
  return canReadBack(FakeCanvas.reading(read));
}

test("a browser that gives what was drawn can", () => {
  assert.ok(reads());
});

test("one that gives noise, or white, or black, cannot", () => {
  assert.ok(!reads((values) => values.map((_value, index) => (index * 97) % 256)));
  assert.ok(!reads((values) => values.map(() => 255)));
  assert.ok(!reads((values) => values.map(() => 0)));
});

test("one that changes values here and there by a little can: pictures stay pictures", () => {
  assert.ok(reads((values) => values.map((value, index) => value + (index % 7 ? 0 : 1))));
});

test("one without canvases cannot", () => {
  assert.ok(!canReadBack(/** @type {any} */ ({ getContext: () => null })));
});
