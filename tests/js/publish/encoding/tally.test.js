import assert from "node:assert/strict";
import { test } from "node:test";

import { Tally } from "../../../../static/js/publish/encoding/tally.js";

const SIZE = { width: 640, height: 480 };

test("a second is told once, totals go on", () => {
  const tally = new Tally();
  tally.add(100, SIZE);
  tally.add(50, SIZE);
  tally.skip();
  tally.skip(true);
  const counts = { sent: 2, skipped: 2, busy: 1, bytes: 150 };
  assert.deepEqual(tally.takeSecond(), { ...counts, encodings: 0, encodeMs: 0 });
  assert.equal(tally.takeSecond().sent, 0);
  assert.deepEqual([tally.sent, tally.skipped, tally.size], [2, 2, SIZE]);
});

test("what encoding took is the mean of the last second that had any", () => {
  const tally = new Tally();
  tally.encoded(10);
  tally.encoded(30);
  tally.takeSecond();
  tally.takeSecond();
  assert.equal(tally.encodeMs, 20);
});
