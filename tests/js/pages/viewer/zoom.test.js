import assert from "node:assert/strict";
import { test } from "node:test";

import {
  CENTRE,
  MAX_SCALE,
  WHOLE,
  isWhole,
  panned,
  pinched,
  transformOf,
  zoomed,
} from "../../../../static/js/pages/viewer/zoom.js";

/** @typedef {import("../../../../static/js/pages/viewer/zoom.js").Point} Point */
/** @typedef {import("../../../../static/js/pages/viewer/zoom.js").View} View */

/**
 * Which point of the picture is seen at `at`.
 *
 * @param {View} view
 * @param {Point} at
 */
function pictured({ scale, left, top }, at) {
  return { x: left + at.x / scale, y: top + at.y / scale };
}

/** @param {Point} one @param {Point} other */
function assertSame(one, other) {
  assert.ok(Math.hypot(one.x - other.x, one.y - other.y) < 1e-9, JSON.stringify([one, other]));
}

test("what is under the pointer stays there", () => {
  let view = WHOLE;
  for (const at of [CENTRE, { x: 0.3, y: 0.7 }, { x: 0.6, y: 0.4 }]) {
    const before = pictured(view, at);
    view = zoomed(view, 1.5, at);
    assertSame(pictured(view, at), before);
  }
  assert.equal(view.scale, 1.5 ** 3);
});

test("the picture follows the pointer that drags it", () => {
  const view = zoomed(WHOLE, 4, CENTRE);
  const held = pictured(view, { x: 0.5, y: 0.5 });
  assertSame(pictured(panned(view, { x: 0.2, y: -0.1 }), { x: 0.7, y: 0.4 }), held);
});

test("nothing beside the picture is ever seen", () => {
  const view = zoomed(WHOLE, 2, CENTRE);
  assert.deepEqual(panned(view, { x: 9, y: -9 }), { scale: 2, left: 0, top: 0.5 });
  assert.deepEqual(panned(WHOLE, { x: 0.5, y: 0.5 }), { ...WHOLE });
});

test("it is never smaller than whole, nor larger than eight times", () => {
  const corner = zoomed(WHOLE, 3, { x: 1, y: 1 });
  assert.deepEqual(zoomed(corner, 0.01, CENTRE), { ...WHOLE });
  assert.equal(zoomed(corner, 100, CENTRE).scale, MAX_SCALE);
  assert.ok(isWhole(WHOLE) && !isWhole(corner));
});

test("two fingers hold what is between them", () => {
  const [from, to] = [
    { x: 0.5, y: 0.5 },
    { x: 0.6, y: 0.45 },
  ];
  const view = zoomed(WHOLE, 2, CENTRE);
  assertSame(pictured(pinched(view, 1.5, from, to), to), pictured(view, from));
});

test("a style sheet moves first and enlarges then", () => {
  assert.equal(transformOf({ scale: 2, left: 0.25, top: 0.5 }), "scale(2) translate(-25%, -50%)");
});
