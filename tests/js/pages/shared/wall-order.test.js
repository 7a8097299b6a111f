import assert from "node:assert/strict";
import { test } from "node:test";

import {
  inOrder,
  inWallOrder,
  rememberOrder,
} from "../../../../static/js/pages/shared/wall-order.js";

/** @type {Map<string, string>} */
const stored = new Map();
Object.assign(globalThis, {
  localStorage: {
    getItem: (/** @type {string} */ key) => stored.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => stored.set(key, value),
  },
});
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

const known = ["Gate 10", "Gate 2", "door"].map((name) => ({ id: name, name }));
const ids = () => inWallOrder(known).map(({ id }) => id);

test("before a wall was seen, cameras are in the natural order of their names", () => {
  assert.deepEqual(ids(), ["door", "Gate 2", "Gate 10"]);
});

test("then in that of the wall, and those that it did not show come last", () => {
  rememberOrder(["Gate 10", "gone", "door"]);
  assert.deepEqual(ids(), ["Gate 10", "door", "Gate 2"]);
});
