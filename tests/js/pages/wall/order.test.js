import assert from "node:assert/strict";
import { test } from "node:test";

import { HOLD_MS, LiveFirst, inOrder, moved } from "../../../../static/js/pages/wall/order.js";

/** @param {string[]} names */
function cameras(...names) {
  return names.map((name) => ({ id: name.toLowerCase(), name }));
}

/** @param {{ name: string }[]} ordered */
function namesOf(ordered) {
  return ordered.map(({ name }) => name);
}

test("numbers count as numbers, and capitals do not count", () => {
  const ordered = inOrder(cameras("Gate 10", "gate 2", "Attic", "Gate 1"), []);
  assert.deepEqual(namesOf(ordered), ["Attic", "Gate 1", "gate 2", "Gate 10"]);
});

test("two of the same name stay in one order", () => {
  const one = { id: "1", name: "Gate" };
  const other = { id: "2", name: "Gate" };
  assert.deepEqual(inOrder([other, one], []), [one, other]);
});

test("what was put in order by hand comes first, and new cameras after that, by name", () => {
  const ordered = inOrder(cameras("A", "B", "C", "D"), ["c", "gone", "a"]);
  assert.deepEqual(namesOf(ordered), ["C", "A", "B", "D"]);
});

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
