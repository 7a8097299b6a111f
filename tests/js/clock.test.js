import assert from "node:assert/strict";
import { test } from "node:test";

import { OffsetEstimator, localTime } from "../../static/js/clock.js";

test("it knows nothing before the first sample", () => {
  const clock = new OffsetEstimator();
  assert.equal(clock.offset, null);
  assert.equal(clock.roundTrip, null);
});

test("it takes the answer to be from the middle of the round trip", () => {
  const clock = new OffsetEstimator();
  clock.add(1000, 5010, 1020);
  assert.equal(clock.offset, 4000);
  assert.equal(clock.roundTrip, 20);
});

test("the shortest round trip wins", () => {
  const clock = new OffsetEstimator();
  clock.add(0, 1000, 200);
  clock.add(300, 1305, 310);
  clock.add(400, 1500, 500);
  assert.equal(clock.offset, 1000);
});

test("it forgets all but the last eight samples", () => {
  const clock = new OffsetEstimator();
  clock.add(0, 1, 2);
  for (let i = 0; i < 8; i += 1) clock.add(100, 250, 200);
  assert.equal(clock.offset, 100);
});

test("it ignores an answer from before the question", () => {
  const clock = new OffsetEstimator();
  clock.add(10, 100, 5);
  assert.equal(clock.offset, null);
});

test("local time is the epoch's, and grows", () => {
  const before = localTime();
  assert.ok(Math.abs(before - Date.now()) < 1000);
  assert.ok(localTime() >= before);
});
