import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bitRate,
  bytes,
  count,
  dataPerHour,
  decimal,
  framesPerSecond,
  milliseconds,
  percent,
  pictureAge,
  resolution,
  timeSpan,
} from "../../../static/js/lib/format.js";

Object.assign(globalThis, { document: { documentElement: { lang: "en" } } });

test("numbers have their unit after a thin space", () => {
  assert.equal(milliseconds(12.6), "13\u202fms");
  assert.equal(framesPerSecond(29.97), "30\u202ffps");
  assert.equal(percent(0.7), "70\u202f%");
  assert.equal(resolution(640, 480), "640\u202f×\u202f480");
});

test("bits go by the thousand, and from a million on by the million", () => {
  assert.equal(bitRate(999_000), "999\u202fkbit/s");
  assert.equal(bitRate(1_250_000), "1.3\u202fMbit/s");
});

test("what is not known is a dash", () => {
  for (const none of [milliseconds(null), framesPerSecond(null), bitRate(null), resolution(0, 0)]) {
    assert.equal(none, "–");
  }
});

test("counts are grouped as the page's language does", () => {
  assert.equal(count(1_234_567), "1,234,567");
});

test("numbers have a comma where the page's language has one", () => {
  document.documentElement.lang = "de";
  try {
    assert.equal(bitRate(1_250_000), "1,3\u202fMbit/s");
    assert.equal(bytes(2_500_000_000), "2,5\u202fGB");
    assert.equal(decimal(0.5, 2), "0,50");
    assert.match(dataPerHour(10_000_000), /4,5\u202fGB/);
  } finally {
    document.documentElement.lang = "en";
  }
});

test("an age is told in its largest whole unit", () => {
  assert.deepEqual([59_999, 60_000, 3_599_999, 7_200_000].map(pictureAge), [
    "59\u202fs old",
    "1\u202fmin old",
    "59\u202fmin old",
    "2\u202fh old",
  ]);
});

test("a span of time has its two largest units", () => {
  const seconds = [8, 59.6, 90, 3600, 3900, 86_400 * 3.6];
  assert.deepEqual(seconds.map(timeSpan), [
    "8\u202fs",
    "1\u202fmin",
    "2\u202fmin",
    "1\u202fh",
    "1\u202fh 5\u202fmin",
    "3\u202fd 14\u202fh",
  ]);
});

test("sizes are in megabytes, and in gigabytes from one on", () => {
  assert.deepEqual([52_400_000, 41_260_000_000].map(bytes), ["52\u202fMB", "41.3\u202fGB"]);
});
