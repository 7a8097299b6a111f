import assert from "node:assert/strict";
import { test } from "node:test";

import { float, isInSight, onSightChange } from "../../../static/js/lib/sight.js";

const page = Object.assign(new EventTarget(), { hidden: false });
Object.assign(globalThis, { document: page });

/** @param {boolean} hidden */
function hide(hidden) {
  page.hidden = hidden;
  page.dispatchEvent(new Event("visibilitychange"));
}

test("a picture that floats is in sight while its page is hidden", () => {
  /** @type {boolean[]} */
  const seen = [];
  onSightChange(() => seen.push(isInSight()));
  hide(true);
  const first = float();
  const second = float();
  first();
  second();
  hide(false);
  assert.deepEqual(seen, [false, true, true, true, false, true]);
});

test("who listens for a while hears nothing afterwards", () => {
  let changes = 0;
  const life = new AbortController();
  onSightChange(() => (changes += 1), life.signal);
  hide(true);
  life.abort();
  hide(false);
  float()();
  assert.equal(changes, 1);
});
