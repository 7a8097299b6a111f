import assert from "node:assert/strict";
import { test } from "node:test";

import { line, roundMost } from "../../../static/js/lib/line.js";

const BOX = { left: 0, height: 100, margin: 0, most: 10 };

test("a line goes through its values, the greatest at the top", () => {
  assert.equal(line([0, 5, 10], BOX), "M0 100.0L1 50.0L2 0.0");
});

test("where there is no value is a gap", () => {
  assert.equal(line([5, 5, null, 5, 5], BOX), "M0 50.0L1 50.0M3 50.0L4 50.0");
});

test("a value that stands alone is a dot", () => {
  assert.equal(line([null, 5, null], BOX), "M1 50.0h0");
});

test("the top of a chart is a round number", () => {
  const tops = [0.3, 7, 12, 29.7, 61, 1_430_000].map((most) => roundMost([0, most, null], 0.1));
  assert.deepEqual(
    tops.map((top) => Number(top.toPrecision(6))),
    [0.3, 8, 15, 30, 80, 1_500_000],
  );
});

test("small noise does not fill a chart", () => {
  assert.equal(roundMost([0, 1, null], 5), 5);
  assert.equal(roundMost([], 5), 5);
});
