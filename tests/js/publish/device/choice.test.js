import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import {
  otherChoice,
  rememberChoice,
  rememberedChoice,
} from "../../../../static/js/publish/device/choice.js";

const browser = /** @type {any} */ (globalThis);
const CAMERAS = [{ deviceId: "one" }, { deviceId: "two" }];

afterEach(() => delete browser.localStorage);

function offerStorage() {
  /** @type {Record<string, string>} */
  const kept = {};
  browser.localStorage = {
    getItem: (/** @type {string} */ key) => kept[key] ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => (kept[key] = value),
  };
}

test("the switch turns a phone around, whatever else it has", () => {
  assert.deepEqual(otherChoice({ facingMode: "user" }, CAMERAS), { facingMode: "environment" });
  assert.deepEqual(otherChoice({ facingMode: "environment" }, CAMERAS), { facingMode: "user" });
});

test("elsewhere the switch goes around the cameras", () => {
  assert.deepEqual(otherChoice({ deviceId: "one" }, CAMERAS), { deviceId: "two" });
  assert.deepEqual(otherChoice({ deviceId: "two" }, CAMERAS), { deviceId: "one" });
  assert.deepEqual(otherChoice({}, CAMERAS), { deviceId: "one" });
});

test("a choice is remembered", () => {
  offerStorage();
  assert.deepEqual(rememberedChoice(), { facingMode: "environment" });
  rememberChoice({ facingMode: "user" });
  assert.deepEqual(rememberedChoice(), { facingMode: "user" });
  rememberChoice({ deviceId: "two" });
  assert.deepEqual(rememberedChoice(), { deviceId: "two" });
});

test("without storage the camera on the back is as good as any", () => {
  browser.localStorage = undefined;
  rememberChoice({ facingMode: "user" });
  assert.deepEqual(rememberedChoice(), { facingMode: "environment" });
});
