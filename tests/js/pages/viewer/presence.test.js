import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { watchPresence } from "../../../../static/js/pages/viewer/presence.js";

class Frame extends EventTarget {
  isIdle = false;
  /** @param {string} _name @param {boolean} isOn */
  toggleAttribute(_name, isOn) {
    this.isIdle = isOn;
  }
  removeAttribute() {
    this.isIdle = false;
  }
}

test("what lies over the picture goes after three seconds, and comes with a pointer or a key", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const [frame, page] = [new Frame(), new EventTarget()];
  Object.assign(globalThis, { document: page });
  watchPresence(/** @type {any} */ (frame));
  const signs = [() => frame.dispatchEvent(new Event("pointermove"))];
  signs.push(() => page.dispatchEvent(new Event("keydown")));
  for (const sign of signs) {
    mock.timers.tick(2999);
    assert.ok(!frame.isIdle);
    mock.timers.tick(1);
    assert.ok(frame.isIdle);
    sign();
    assert.ok(!frame.isIdle);
  }
});
