import assert from "node:assert/strict";
import { test } from "node:test";

import { NewestOnly } from "../../../static/js/lib/newest.js";
import { runPending } from "../fakes.js";

test("while one is worked on, only the newest waits", async () => {
  /** @type {(() => void)[]} */
  const finish = [];
  /** @type {number[]} */
  const begun = [];
  /** @type {number[]} */
  const dropped = [];
  const newest = new NewestOnly(
    (/** @type {number} */ thing) => {
      begun.push(thing);
      return new Promise((resolve) => finish.push(() => resolve()));
    },
    (thing) => dropped.push(thing),
  );
  for (const thing of [1, 2, 3]) newest.push(thing);
  assert.deepEqual(begun, [1]);
  finish[0]();
  await runPending();
  assert.deepEqual(begun, [1, 3]);
  assert.deepEqual(dropped, [2]);
});
