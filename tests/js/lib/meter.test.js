import assert from "node:assert/strict";
import { test } from "node:test";

import { Distribution, Meter } from "../../../static/js/lib/meter.js";

test("it counts frames and bits of the window", () => {
  const meter = new Meter(2000);
  for (let now = 0; now < 4000; now += 100) meter.add(now, 1000);
  assert.equal(meter.framesPerSecond(3900), 10);
  assert.equal(meter.bitsPerSecond(3900), 80_000);
});

test("it does not read low while the window fills", () => {
  const meter = new Meter(3000);
  for (let now = 0; now <= 1000; now += 100) meter.add(now, 1000);
  assert.equal(meter.framesPerSecond(1000), 10);
  assert.equal(meter.bitsPerSecond(1000), 80_000);
});

test("it falls to nothing when frames stop", () => {
  const meter = new Meter(2000);
  meter.add(0, 1000);
  assert.equal(meter.framesPerSecond(2000), 0);
  assert.equal(meter.bitsPerSecond(2000), 0);
});

test("a percentile is one of the recent values", () => {
  const latency = new Distribution(1000);
  for (let value = 1; value <= 100; value += 1) latency.add(value, value);
  assert.equal(latency.percentile(100, 0.5), 50);
  assert.equal(latency.percentile(100, 0.95), 95);
  assert.equal(latency.percentile(1050, 0.5), 75);
});

test("without values there is no percentile", () => {
  const latency = new Distribution(1000);
  assert.equal(latency.percentile(0, 0.5), null);
  latency.add(0, 5);
  assert.equal(latency.percentile(0, 0.01), 5);
  assert.equal(latency.percentile(1000, 0.5), null);
});
