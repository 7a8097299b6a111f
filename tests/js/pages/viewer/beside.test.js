import assert from "node:assert/strict";
import { test } from "node:test";

import { besides } from "../../../../static/js/pages/viewer/beside.js";

const cameras = ["a", "b", "c"].map((id) => ({ id, slug: id, name: id }));

/** @param {string} id */
function slugs(id) {
  const { previous, next } = besides(cameras, id);
  return [previous?.slug, next?.slug];
}

test("each camera has one before it and one after it, round the wall", () => {
  assert.deepEqual(["a", "b", "c"].map(slugs), [
    ["c", "b"],
    ["a", "c"],
    ["b", "a"],
  ]);
});

test("a camera alone, or one that is not on the wall, has none", () => {
  const none = { previous: null, next: null };
  assert.deepEqual(besides(cameras.slice(0, 1), "a"), none);
  assert.deepEqual(besides(cameras, "d"), none);
});
