import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { OffsetEstimator, Sleep, localTime } from "../../../static/js/lib/clock.js";

const HOUR = 3_600_000;
/** Of what the estimate may be off on one machine. */
const MAX_ERROR = 10;

/** Chance that is the same in each run. */
function dice() {
  let state = 123_456_789;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/**
 * The largest error of the estimate in half an hour of pings to a server whose clock shows the true time.
 *
 * @param {{ skew: number, drift: number, interval: number }} device
 */
function largestError({ skew, drift, interval }) {
  const chance = dice();
  const way = () => 0.3 - 2 * Math.log(chance());
  const own = (/** @type {number} */ now) => now * (1 + drift) + skew;
  const clock = new OffsetEstimator();
  let largest = 0;
  for (let now = 0; now < HOUR / 2; now += interval) {
    if (clock.offset !== null) largest = Math.max(largest, Math.abs(own(now) + clock.offset - now));
    const [there, back] = [way(), way()];
    clock.add(own(now), now + there, own(now + there + back));
  }
  return largest;
}

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

test("a sample grows old, and a longer round trip may be worth more then", () => {
  const clock = new OffsetEstimator();
  clock.add(0, 1, 2);
  clock.add(10_000, 10_008, 10_010);
  assert.equal(clock.offset, 3);
});

test("a sample that contradicts the other means that a clock has leapt", () => {
  const clock = new OffsetEstimator();
  clock.add(0, 1, 2);
  clock.add(500, HOUR + 550, 600);
  assert.equal(clock.offset, HOUR);
});

test("it ignores an answer from before the question", () => {
  const clock = new OffsetEstimator();
  clock.add(10, 100, 5);
  assert.equal(clock.offset, null);
});

test("the round trip is that of the network as it is now", () => {
  const clock = new OffsetEstimator();
  clock.add(0, 1, 2);
  for (let i = 1; i <= 8; i += 1) clock.add(100 * i, 100 * i + 25, 100 * i + 50);
  assert.equal(clock.roundTrip, 50);
});

for (const skew of [-HOUR, 0, HOUR]) {
  for (const drift of [-0.0001, 0, 0.0001]) {
    for (const interval of [500, 10_000]) {
      test(`a clock ${skew} ms off that drifts by ${drift} is read every ${interval} ms`, () => {
        assert.ok(largestError({ skew, drift, interval }) <= MAX_ERROR);
      });
    }
  }
}

test("local time is the epoch's, and grows", () => {
  const before = localTime();
  assert.ok(Math.abs(before - Date.now()) < 1000);
  assert.ok(localTime() >= before);
});

test("a page that stood still is told once", () => {
  const sleep = new Sleep();
  const running = performance.now;
  const clock = mock.method(performance, "now", () => running.call(performance) + 12_000);
  const wall = mock.method(Date, "now", () => localTime());
  assert.ok(sleep.isOver);
  assert.ok(!sleep.isOver);
  clock.mock.restore();
  wall.mock.restore();
});

test("a device that has slept is told once", () => {
  const sleep = new Sleep();
  assert.ok(!sleep.isOver);
  const awake = Date.now;
  const clock = mock.method(Date, "now", () => awake.call(Date) + 5000);
  assert.ok(sleep.isOver);
  assert.ok(!sleep.isOver);
  clock.mock.restore();
});
