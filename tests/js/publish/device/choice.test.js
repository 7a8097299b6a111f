import assert from "node:assert/strict";
import { test } from "node:test";

import { otherChoice } from "../../../../static/js/publish/device/choice.js";

const CAMERAS = [{ deviceId: "one" }, { deviceId: "two" }];

test("the switch turns a phone around, whatever else it has", () => {
  assert.deepEqual(otherChoice({ facingMode: "user" }, CAMERAS), { facingMode: "environment" });
  assert.deepEqual(otherChoice({ facingMode: "environment" }, CAMERAS), { facingMode: "user" });
});

test("elsewhere the switch goes around the cameras", () => {
  assert.deepEqual(otherChoice({ deviceId: "one" }, CAMERAS), { deviceId: "two" });
  assert.deepEqual(otherChoice({ deviceId: "two" }, CAMERAS), { deviceId: "one" });
  assert.deepEqual(otherChoice({}, CAMERAS), { deviceId: "one" });
});
