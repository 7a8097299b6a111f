import assert from "node:assert/strict";
import { test } from "node:test";

import { Sparkline } from "../../../static/js/lib/sparkline.js";

/** @type {Record<string, string>} */
const drawn = {};

class FakePath {
  /** @param {string} _name @param {string} line */
  setAttribute(_name, line) {
    drawn.line = line;
  }
}

Object.assign(globalThis, { SVGPathElement: FakePath });

function open() {
  return new Sparkline(
    /** @type {any} */ ({
      setAttribute: (/** @type {string} */ name, /** @type {string} */ value) => {
        drawn[name] = value;
      },
      querySelector: () => new FakePath(),
    }),
  );
}

test("the newest value is at the right end, the greatest at the top", () => {
  const sparkline = open();
  sparkline.add(5);
  sparkline.add(10);
  assert.equal(drawn.viewBox, "0 0 119 32");
  assert.equal(drawn.line, "M118 16.0L119 2.0");
});

test("where there was nothing is a gap", () => {
  const sparkline = open();
  for (const value of [1, null, 1]) sparkline.add(value);
  assert.equal(drawn.line, "M117 2.0h0M119 2.0h0");
});

test("of values only so many are kept as there is room for", () => {
  const sparkline = open();
  for (let value = 1; value <= 300; value += 1) sparkline.add(1);
  assert.equal(drawn.line.split("L").length, 120);
  assert.ok(drawn.line.startsWith("M0 "));
});
