import assert from "node:assert/strict";
import { test } from "node:test";

import { ORDERS } from "../../../../static/js/pages/dashboard/order.js";

/**
 * @param {string} name
 * @param {string} state
 */
function camera(name, state) {
  return /** @type {import("../../../../static/js/pages/shared/stats.js").CameraStats} */ (
    /** @type {unknown} */ ({ name, camera: name.toLowerCase(), state })
  );
}

const CAMERAS = [
  camera("Attic", "off"),
  camera("Balcony", "live"),
  camera("Cellar", "lost"),
  camera("Door", "paused"),
  camera("Entry", "lost"),
];

test("cameras that need somebody come first", () => {
  const names = [...CAMERAS].sort(ORDERS.state).map((each) => each.name);
  assert.deepEqual(names, ["Cellar", "Entry", "Door", "Balcony", "Attic"]);
});

test("cameras are found by name", () => {
  const names = [...CAMERAS]
    .reverse()
    .sort(ORDERS.name)
    .map((each) => each.name);
  assert.deepEqual(names, ["Attic", "Balcony", "Cellar", "Door", "Entry"]);
});

test("cameras of the same name keep their places", () => {
  const one = camera("Door", "live");
  const other = { ...one, camera: "door-2" };
  assert.deepEqual([other, one].sort(ORDERS.state), [one, other]);
});
