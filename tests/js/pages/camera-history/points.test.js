import assert from "node:assert/strict";
import { test } from "node:test";

import { spread } from "../../../../static/js/pages/camera-history/points.js";

const SINCE = Date.UTC(2026, 10, 30, 9);
const MINUTE = 60_000;

/** @param {number} minute */
function point(minute) {
  return /** @type {any} */ ({ at: new Date(SINCE + minute * MINUTE).toISOString() });
}

test("each point stands at its time, and between them is nothing", () => {
  const points = [point(0), point(2), point(4)];
  const places = spread(points, SINCE, SINCE + 5 * MINUTE, 60);
  assert.deepEqual(places, [points[0], null, points[1], null, points[2]]);
});

test("the minute that is not over yet is no gap", () => {
  assert.equal(spread([point(0)], SINCE, SINCE + 1.5 * MINUTE, 60).length, 1);
  assert.deepEqual(spread([], SINCE, SINCE + 0.5 * MINUTE, 60), [null]);
});

test("what lies outside is left out", () => {
  assert.deepEqual(spread([point(-1), point(9)], SINCE, SINCE + 2 * MINUTE, 60), [null]);
});
