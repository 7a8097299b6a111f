import assert from "node:assert/strict";
import { test } from "node:test";

import { Freshness } from "../../../static/js/watch/freshness.js";
import { jpeg } from "../../../static/js/protocol/codecs/jpeg.js";
import { Rendition } from "../../../static/js/protocol/wire.js";

/**
 * @param {number} sequence
 * @param {number} capturedAt
 * @param {number} [session]
 */
function frame(
  sequence,
  capturedAt,
  session = 1,
  rendition = /** @type {number} */ (Rendition.JPEG),
) {
  return {
    rendition,
    codec: jpeg.number,
    key: true,
    session,
    sequence,
    capturedAt,
    width: 640,
    height: 480,
  };
}

/** @param {import("../../../static/js/protocol/wire.js").Header[]} frames */
function limit(frames, frameRate = 30) {
  const freshness = new Freshness(frameRate);
  for (const each of frames) freshness.add(each);
  return freshness.limit;
}

test("a fast camera's picture is stale after a second", () => {
  assert.equal(limit([frame(1, 0), frame(2, 33), frame(3, 66)]), 1000);
});

test("a slow camera's picture is stale after three intervals", () => {
  assert.equal(limit([frame(1, 0), frame(2, 2000), frame(3, 4000)]), 6000);
});

test("before anything is measured the camera's own rate counts", () => {
  assert.equal(limit([], 1), 3000);
  assert.equal(limit([frame(1, 0)], 30), 1000);
});

test("frames lost on the way do not stretch the limit", () => {
  assert.equal(limit([frame(1, 0), frame(21, 2000), frame(41, 4000)]), 1000);
});

test("one long pause does not stretch the limit", () => {
  assert.equal(limit([frame(1, 0), frame(2, 100), frame(3, 9000), frame(4, 9100)]), 1000);
});

test("stills are as fresh as stills can be, the first one too", () => {
  const still = (/** @type {number} */ number) => frame(number, number * 1000, 1, Rendition.STILL);
  assert.equal(limit([frame(1, 0), frame(2, 33), still(3)]), 3000);
  assert.equal(limit([still(1), still(2), still(3)]), 3000);
});

test("frames that the server thins out to one per second are no loss", () => {
  assert.equal(limit([frame(1, 0), frame(31, 1000), frame(62, 2050), frame(90, 3000)]), 3000);
});

test("what comes in another rendition has numbers of its own", () => {
  const video = frame(1, 100, 1, Rendition.VIDEO);
  assert.equal(limit([frame(500, 0), video], 30), 1000);
});

test("a new session is measured from the start", () => {
  assert.equal(limit([frame(1, 0), frame(2, 5000), frame(1, 5100, 2), frame(2, 5200, 2)]), 1000);
});
