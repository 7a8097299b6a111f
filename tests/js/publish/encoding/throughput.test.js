import assert from "node:assert/strict";
import { test } from "node:test";

import { Throughput } from "../../../../static/js/publish/encoding/throughput.js";

const LOOK_MS = 100;

/** @param {[sent: number, waiting: number][]} seen at each look */
function after(seen) {
  const throughput = new Throughput();
  for (const [index, [sent, waiting]] of seen.entries()) {
    throughput.look((index + 1) * LOOK_MS, sent, waiting);
  }
  return throughput;
}

test("a picture that has left by the next look tells the least that the line carries", () => {
  const { bitsPerSecond } = after([
    [0, 0],
    [100_000, 0],
    [100_000, 0],
    [120_000, 0],
  ]);
  assert.equal(bitsPerSecond, 8_000_000);
});

test("one that waits tells what the line carries, and the slowest counts", () => {
  const { bitsPerSecond } = after([
    [0, 0],
    [100_000, 80_000],
    [100_000, 40_000],
    [100_000, 0],
    [200_000, 50_000],
    [200_000, 0],
  ]);
  assert.equal(Math.round(bitsPerSecond), 2_666_667);
});

test("a small picture that has arrived at once tells more than that it has left", () => {
  const small = () =>
    after([
      [0, 0],
      [6000, 0],
    ]);
  const free = small();
  free.arrived({ frames: 1, bytes: 6000, uplinkMs: 30 }, 20);
  assert.equal(free.bitsPerSecond, 480_000, "the first report tells of nobody knows how many");
  free.arrived({ frames: 2, bytes: 12_000, uplinkMs: 30 }, 20);
  assert.equal(free.bitsPerSecond, 4_800_000);
  free.arrived({ frames: 2, bytes: 12_000, uplinkMs: 1 }, 20);
  assert.equal(free.bitsPerSecond, 4_800_000, "nothing came");
  free.arrived({ frames: 3, bytes: 18_000, uplinkMs: -5 }, 20);
  assert.equal(free.bitsPerSecond, 12_000_000, "clocks agree to some ms only");
  const narrow = small();
  for (const frames of [1, 2]) {
    narrow.arrived({ frames, bytes: 6000 * frames, uplinkMs: 200 }, 20);
  }
  assert.equal(narrow.bitsPerSecond, 480_000);
});

test("another line is measured anew", () => {
  const throughput = after([
    [0, 0],
    [100_000, 0],
  ]);
  throughput.forget();
  assert.equal(throughput.bitsPerSecond, 0);
});
