import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Memory } from "../../../../../static/js/pages/shared/capture/memory.js";

const browser = /** @type {any} */ (globalThis);
const OWN = { width: 1280, height: 720, frameRate: 30, quality: 0.7 };
const LOOK = { width: 640, height: 480, frameRate: 15, quality: 0.4, rotation: 90 };
const NOW = 1_790_000_000_000;

function storage() {
  /** @type {Record<string, string>} */
  const kept = {};
  return {
    getItem: (/** @type {string} */ key) => kept[key] ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => {
      kept[key] = value;
    },
  };
}

beforeEach(() => {
  browser.localStorage = storage();
  browser.sessionStorage = storage();
});

afterEach(() => {
  delete browser.localStorage;
  delete browser.sessionStorage;
});

test("which of its cameras films is remembered for each camera", () => {
  assert.deepEqual(new Memory("gate").choice, { facingMode: "environment" });
  new Memory("gate").choice = { deviceId: "two" };
  assert.deepEqual(new Memory("gate").choice, { deviceId: "two" });
  assert.deepEqual(new Memory("door").choice, { facingMode: "environment" });
});

test("a look that was chosen here holds until the camera's own settings change", () => {
  assert.deepEqual(new Memory("gate").look(OWN), { ...OWN, rotation: 0 });
  new Memory("gate").keepLook(LOOK, OWN);
  assert.deepEqual(new Memory("gate").look(OWN), LOOK);
  const changed = { ...OWN, width: 1920, height: 1080 };
  assert.deepEqual(new Memory("gate").look(changed), { ...changed, rotation: 90 });
});

test("a tab that was live within the last minute goes on, unless somebody stopped it", () => {
  const memory = new Memory("gate");
  assert.equal(memory.wasLive(NOW), false);
  memory.noteLive(NOW);
  assert.equal(new Memory("gate").wasLive(NOW + 59_000), true);
  assert.equal(new Memory("gate").wasLive(NOW + 61_000), false);
  assert.equal(new Memory("door").wasLive(NOW), false);
  memory.forgetLive();
  assert.equal(new Memory("gate").wasLive(NOW), false);
});

test("the light is remembered by the tab only", () => {
  new Memory("gate").isLit = true;
  assert.equal(new Memory("gate").isLit, true);
  browser.sessionStorage = storage();
  assert.equal(new Memory("gate").isLit, false);
});

test("without storage it is remembered as long as the page", () => {
  browser.localStorage = browser.sessionStorage = undefined;
  const memory = new Memory("gate");
  memory.choice = { facingMode: "user" };
  assert.deepEqual(memory.choice, { facingMode: "user" });
  assert.deepEqual(new Memory("gate").choice, { facingMode: "environment" });
});

test("what holds something else is worth nothing", () => {
  browser.localStorage.setItem("capture gate", "not JSON");
  browser.sessionStorage.setItem("capture gate", "null");
  assert.deepEqual(new Memory("gate").look(OWN), { ...OWN, rotation: 0 });
  assert.equal(new Memory("gate").isLit, false);
});
