import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { VisibleInterval } from "../../../static/js/lib/visible-interval.js";

const page = Object.assign(new EventTarget(), { hidden: false });
Object.assign(globalThis, { document: page });

/** @param {boolean} hidden */
function hide(hidden) {
  page.hidden = hidden;
  page.dispatchEvent(new Event("visibilitychange"));
}

test("it acts at once and at its interval, rests with the page, and comes back with it", () => {
  mock.timers.enable({ apis: ["setInterval"] });
  let count = 0;
  new VisibleInterval(() => {
    count += 1;
  }, 100);
  mock.timers.tick(250);
  assert.equal(count, 3);
  hide(true);
  mock.timers.tick(1000);
  assert.equal(count, 3);
  hide(false);
  assert.equal(count, 4);
  mock.timers.tick(100);
  assert.equal(count, 5);
});
