import assert from "node:assert/strict";
import { test } from "node:test";

import { Cooldown } from "../../../static/js/lib/cooldown.js";

test("each rest is twice as long as the one before, and none longer than an hour", () => {
  const rests = new Cooldown();
  let now = 0;
  const lengths = [];
  for (let failure = 0; failure < 20; failure += 1) {
    lengths.push(rests.next(now));
    now += lengths[failure] + 1000;
  }
  assert.deepEqual(lengths.slice(0, 4), [60_000, 120_000, 240_000, 480_000]);
  assert.ok(lengths.slice(6).every((length) => length === 3_600_000));
});

test("after it has worked for longer than its pause, the pauses start over", () => {
  const rests = new Cooldown();
  rests.next(0);
  assert.equal(rests.next(60_000 + 1000), 120_000);
  const triedAt = 61_000 + 120_000;
  assert.equal(rests.next(triedAt + 120_001), 60_000);
});
