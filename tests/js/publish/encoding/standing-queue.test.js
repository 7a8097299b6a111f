import assert from "node:assert/strict";
import { test } from "node:test";

import { StandingQueue } from "../../../../static/js/publish/encoding/standing-queue.js";

test("before anything is known, nothing waits", () => {
  assert.equal(new StandingQueue().bytes, 0);
});

test("a queue is as long as it was at its shortest", () => {
  const queue = new StandingQueue();
  for (const [at, bytes] of [
    [0, 500],
    [100, 300],
    [200, 900],
  ]) {
    queue.note(at, bytes);
  }
  assert.equal(queue.bytes, 300);
});

test("one that was empty within half a second is none; what was before does not count", () => {
  const queue = new StandingQueue();
  queue.note(0, 0);
  for (let at = 100; at < 500; at += 100) queue.note(at, 1000);
  assert.equal(queue.bytes, 0);
  queue.note(500, 1000);
  assert.equal(queue.bytes, 1000);
});
