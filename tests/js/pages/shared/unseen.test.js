import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  noteLookedAt,
  noteSeen,
  noteUnseen,
  onSeenElsewhere,
  unseen,
} from "../../../../static/js/pages/shared/unseen.js";
import { FakeStorage } from "../../fakes.js";

/** @type {number[]} */
let badges = [];
/** @type {((event: { key: string }) => void) | undefined} */
let listener;

beforeEach(() => {
  badges = [];
  const setAppBadge = async (/** @type {number} */ count) => badges.push(count);
  Object.defineProperty(globalThis, "navigator", { value: { setAppBadge }, configurable: true });
  Object.assign(globalThis, {
    localStorage: new FakeStorage(),
    addEventListener: (/** @type {string} */ _type, /** @type {any} */ hear) => {
      listener = hear;
    },
  });
});

test("the badge is the number of cameras that were lost and not seen since", () => {
  for (const id of ["1", "2", "2"]) noteUnseen(id);
  noteSeen(["2", "3"]);
  noteSeen(["1"]);
  assert.deepEqual(badges, [1, 2, 2, 1, 0]);
});

test("looking at a camera changes something only after it was lost", () => {
  noteLookedAt("1");
  assert.deepEqual(badges, []);
  noteUnseen("1");
  for (let moves = 0; moves < 3; moves += 1) noteLookedAt("1");
  assert.deepEqual([badges, unseen()], [[1, 0], []]);
});

test("a browser without badges, or that refuses one, keeps the number", async () => {
  const setAppBadge = () => Promise.reject(new DOMException("", "NotAllowedError"));
  for (const value of [{}, { setAppBadge }]) {
    Object.defineProperty(globalThis, "navigator", { value, configurable: true });
    noteUnseen("1");
    assert.deepEqual(unseen(), ["1"]);
  }
});

test("what is seen on one page is seen on all", () => {
  /** @type {string[][]} */
  const heard = [];
  onSeenElsewhere((left) => heard.push(left));
  noteUnseen("1");
  listener?.({ key: "theme" });
  listener?.({ key: "skysentry.unseen" });
  assert.deepEqual(heard, [["1"]]);
});
