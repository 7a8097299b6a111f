import assert from "node:assert/strict";
import { test } from "node:test";

import { Quality } from "../../../../static/js/publish/encoding/quality.js";

test("quality steps down to its floor, and says when there is no lower", () => {
  const quality = new Quality();
  assert.ok(quality.lower(0.8));
  assert.ok(Math.abs(quality.of(0.8) - 0.6) < 1e-9);
  while (quality.lower(0.8));
  assert.equal(quality.of(0.8), 0.1);
});

/**
 * @param {Quality} quality
 * @param {number} pictures
 * @param {number} interval ms
 */
function fitted(quality, pictures, interval, taken = 0.5) {
  for (let number = 0; number < pictures; number += 1) quality.fitted(taken, number * interval);
}

test("quality comes back slowly, only where there is room, and not beyond what was asked", () => {
  const quality = new Quality();
  quality.lower(0.8);
  fitted(quality, 30, 33, 0.9);
  assert.ok(quality.of(0.8) <= 0.6 + 1e-9);
  fitted(quality, 30, 33);
  assert.ok(quality.of(0.8) > 0.6 && quality.of(0.8) < 0.65);
  fitted(quality, 3000, 33);
  assert.equal(quality.of(0.8), 0.8);
});

test("quality comes back as soon with a picture a second", () => {
  const quality = new Quality();
  quality.lower(0.8);
  fitted(quality, 20, 1000);
  assert.equal(quality.of(0.8), 0.8);
});

test("after a long time without pictures quality comes back no quicker", () => {
  const quality = new Quality();
  quality.lower(0.8);
  fitted(quality, 2, 3_600_000);
  assert.ok(quality.of(0.8) < 0.65);
});
