import assert from "node:assert/strict";
import { test } from "node:test";

import { BT601, isBt601 } from "../../../static/js/protocol/bt601.js";

test("what says nothing, or says so, has these colours", () => {
  assert.ok(isBt601({ matrix: null, fullRange: null }));
  assert.ok(isBt601(BT601));
  assert.ok(isBt601({ matrix: "bt470bg", fullRange: false }));
});

test("other primaries, the full range of phones, and canvases do not", () => {
  assert.ok(!isBt601({ matrix: "bt709", fullRange: false }));
  assert.ok(!isBt601({ matrix: "smpte170m", fullRange: true }));
  assert.ok(!isBt601({ matrix: "rgb", fullRange: true }));
});
