import assert from "node:assert/strict";
import { test } from "node:test";

import { Pacer } from "../../../../static/js/publish/encoding/pacer.js";

/**
 * How many of a camera's pictures of ten seconds are wanted.
 *
 * @param {number} cameraRate
 * @param {number} asked
 */
function wanted(cameraRate, asked, jitter = 0) {
  const pacer = new Pacer();
  pacer.frameRate = asked;
  const times = Array.from({ length: cameraRate * 10 }, (_, index) => {
    return (index * 1000) / cameraRate + (index % 2 ? jitter : -jitter);
  });
  return times.filter((time) => pacer.isDue(time)).length / 10;
}

test("the pacer gives the rate asked, and never more than the camera has", () => {
  for (const rate of [1, 5, 10, 15, 20, 25, 30]) {
    assert.ok(Math.abs(wanted(30, rate) - rate) <= 0.3, `${rate} fps: ${wanted(30, rate)}`);
  }
  assert.equal(wanted(15, 30), 15);
});

test("jitter costs the pacer no pictures", () => {
  assert.ok(wanted(30, 30, 8) >= 29.8);
});

test("after a pause the pacer does not catch up", () => {
  const pacer = new Pacer();
  pacer.frameRate = 10;
  assert.ok(pacer.isDue(0));
  assert.ok(pacer.isDue(5000));
  assert.ok(!pacer.isDue(5033));
});
