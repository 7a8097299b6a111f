import assert from "node:assert/strict";
import { test } from "node:test";

import { HOLD_MS, LiveFirst, moved } from "../../../../static/js/pages/wall/order.js";

test("a moved camera takes the place of another, and those between make room", () => {
  const ids = ["a", "b", "c", "d"];
  assert.deepEqual(moved(ids, "a", "c"), ["b", "c", "a", "d"]);
  assert.deepEqual(moved(ids, "d", "b"), ["a", "d", "b", "c"]);
  assert.deepEqual(moved(ids, "b", "b"), ids);
});

test("what is heard of a camera first holds at once; of an unknown one nobody says it is off", () => {
  const liveFirst = new LiveFirst();
  liveFirst.note("a", false, 0);
  assert.deepEqual(
    ["a", "b"].map((id) => liveFirst.isLive(id)),
    [false, true],
  );
});

test("nothing moves before a state has held for a while", () => {
  const liveFirst = new LiveFirst();
  liveFirst.note("a", true, 0);
  liveFirst.note("a", false, 1000);
  assert.equal(liveFirst.settle(HOLD_MS), false);
  liveFirst.note("a", true, HOLD_MS);
  assert.equal(liveFirst.settle(3 * HOLD_MS), false, "it came back in between");
  liveFirst.note("a", false, 20_000);
  assert.equal(liveFirst.isLive("a"), true);
  assert.equal(liveFirst.settle(20_000 + HOLD_MS), true);
  assert.equal(liveFirst.isLive("a"), false);
});

test("a camera that comes back is a new one", () => {
  const liveFirst = new LiveFirst();
  liveFirst.note("a", false, 0);
  liveFirst.forget("a");
  liveFirst.note("a", true, 1);
  assert.equal(liveFirst.isLive("a"), true);
  assert.equal(liveFirst.settle(1 + HOLD_MS), false);
});
