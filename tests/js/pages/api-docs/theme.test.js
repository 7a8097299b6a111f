import assert from "node:assert/strict";
import { test } from "node:test";

import { followTheme } from "../../../../static/js/pages/api-docs/theme.js";

/** @type {() => void} */
let themeChanged = () => {};

Object.assign(globalThis, {
  MutationObserver: class {
    /** @param {() => void} changed */
    constructor(changed) {
      themeChanged = changed;
    }

    observe() {}
  },
});

function open(theme = "auto", isDark = false) {
  const shown = { isDark: false };
  const root = {
    dataset: { theme },
    classList: {
      toggle: (/** @type {string} */ _, /** @type {boolean} */ on) => (shown.isDark = on),
    },
  };
  const device = { matches: isDark, changed: () => {}, addEventListener };
  /** @param {string} _ @param {() => void} changed */
  function addEventListener(_, changed) {
    device.changed = changed;
  }
  followTheme(/** @type {any} */ (root), /** @type {any} */ (device));
  return { shown, root, device };
}

test("it follows the device, unless somebody chose a theme", () => {
  assert.equal(open("auto", true).shown.isDark, true);
  assert.equal(open("auto", false).shown.isDark, false);
  assert.equal(open("light", true).shown.isDark, false);
  assert.equal(open("dark", false).shown.isDark, true);
});

test("a choice takes effect at once, and so does the device's evening", () => {
  const { shown, root, device } = open();
  root.dataset.theme = "dark";
  themeChanged();
  assert.equal(shown.isDark, true);
  root.dataset.theme = "auto";
  device.matches = true;
  device.changed();
  assert.equal(shown.isDark, true);
  device.matches = false;
  device.changed();
  assert.equal(shown.isDark, false);
});
