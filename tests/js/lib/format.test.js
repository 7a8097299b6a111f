import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bitRate,
  count,
  framesPerSecond,
  milliseconds,
  percent,
  pictureAge,
  resolution,
} from "../../../static/js/lib/format.js";

Object.assign(globalThis, { document: { documentElement: { lang: "en" } } });

test("numbers have their unit after a thin space", () => {
  assert.equal(milliseconds(12.6), "13\u2009ms");
  assert.equal(framesPerSecond(29.97), "30\u2009fps");
  assert.equal(percent(0.7), "70\u2009%");
  assert.equal(resolution(640, 480), "640\u2009×\u2009480");
});

test("bits go by the thousand, and from a million on by the million", () => {
  assert.equal(bitRate(999_000), "999\u2009kbit/s");
  assert.equal(bitRate(1_250_000), "1.3\u2009Mbit/s");
});

test("what is not known is a dash", () => {
  for (const none of [milliseconds(null), framesPerSecond(null), bitRate(null), resolution(0, 0)]) {
    assert.equal(none, "–");
  }
});

test("counts are grouped as the page's language does", () => {
  assert.equal(count(1_234_567), "1,234,567");
});

test("an age is told in its largest whole unit", () => {
  assert.deepEqual([59_999, 60_000, 3_599_999, 7_200_000].map(pictureAge), [
    "59\u2009s old",
    "1\u2009min old",
    "59\u2009min old",
    "2\u2009h old",
  ]);
});
