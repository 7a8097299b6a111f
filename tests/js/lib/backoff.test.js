import assert from "node:assert/strict";
import { test } from "node:test";

import { Backoff } from "../../../static/js/lib/backoff.js";

/**
 * @param {Backoff} backoff
 * @param {number} count
 */
function waits(backoff, count) {
  return Array.from({ length: count }, () => backoff.next());
}

test("waits double up to the longest", () => {
  const backoff = new Backoff(250, 5000, () => 1);
  assert.deepEqual(waits(backoff, 7), [250, 500, 1000, 2000, 4000, 5000, 5000]);
});

test("a wait is anything from nothing to its bound", () => {
  assert.equal(new Backoff(250, 5000, () => 0).next(), 0);
  const wait = new Backoff().next();
  assert.ok(wait >= 0 && wait < 250);
});

test("it starts again after a success, and never overflows", () => {
  const backoff = new Backoff(250, 5000, () => 1);
  assert.equal(waits(backoff, 2000).at(-1), 5000);
  backoff.reset();
  assert.equal(backoff.next(), 250);
});
