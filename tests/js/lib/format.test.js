import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bitRate,
  bytes,
  count,
  framesPerSecond,
  milliseconds,
  percent,
  pictureAge,
  resolution,
  timeSpan,
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

test("a span of time has its two largest units", () => {
  const seconds = [8, 59.6, 90, 3600, 3900, 86_400 * 3.6];
  assert.deepEqual(seconds.map(timeSpan), [
    "8\u2009s",
    "1\u2009min",
    "2\u2009min",
    "1\u2009h",
    "1\u2009h 5\u2009min",
    "3\u2009d 14\u2009h",
  ]);
});

test("sizes are in megabytes, and in gigabytes from one on", () => {
  assert.deepEqual([52_400_000, 41_260_000_000].map(bytes), ["52\u2009MB", "41.3\u2009GB"]);
});
