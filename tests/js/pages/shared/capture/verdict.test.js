import assert from "node:assert/strict";
import { test } from "node:test";

import { verdict } from "../../../../../static/js/pages/shared/capture/verdict.js";
import { verdictWords } from "../../../../../static/js/pages/shared/capture/words.js";

/** @type {import("../../../../../static/js/pages/shared/capture/verdict.js").Facts} */
const GOOD = {
  width: 1280,
  height: 720,
  framesPerSecond: 29.6,
  wantedFramesPerSecond: 30,
  light: 120,
  isLive: true,
  limit: null,
  roundTrip: 18,
};

/** @param {Partial<typeof GOOD>} facts */
function of(facts) {
  return verdict({ ...GOOD, ...facts });
}

/** @param {Partial<typeof GOOD>} facts */
function sentence(facts) {
  const all = { ...GOOD, ...facts };
  return verdictWords(verdict(all), all).replaceAll("\u202f", " ");
}

test("the first thing that is wrong is said", () => {
  assert.equal(of({ width: 0 }), "no_picture");
  assert.equal(of({ framesPerSecond: 0 }), "no_picture");
  assert.equal(of({ light: 12, framesPerSecond: 10 }), "dark");
  assert.equal(of({ light: 80, framesPerSecond: 15 }), "dim");
  assert.equal(of({ light: 160, framesPerSecond: 15 }), "slow");
  assert.equal(of({ limit: "network" }), "network");
  assert.equal(of({}), "good");
});

test("a camera that gives what its mode has is not slow", () => {
  assert.equal(of({ framesPerSecond: 15, wantedFramesPerSecond: 15 }), "good");
});

test("before it is live, nothing is known of the network", () => {
  assert.equal(of({ isLive: false, limit: "network" }), "good_so_far");
});

test("where the picture can't be read, its light is not judged", () => {
  assert.equal(of({ light: null }), "good");
  assert.equal(of({ light: null, framesPerSecond: 5 }), "slow");
});

test("each verdict is one sentence with its facts", () => {
  assert.equal(
    sentence({}),
    "Your picture is good: 1280 × 720, 30 fps, 18 ms to the server and back.",
  );
  assert.match(sentence({ isLive: false }), /is good: 1280 × 720, 30 fps\. Go live/);
  assert.match(sentence({ light: 5 }), /^Too dark/);
  assert.match(
    sentence({ light: 60, framesPerSecond: 12 }),
    /light for 30 fps: the camera delivers 12 fps/,
  );
  assert.match(sentence({ framesPerSecond: 12 }), /delivers 12 fps instead of 30 fps/);
  assert.match(sentence({ limit: "network" }), /network is at its limit/);
  assert.match(sentence({ width: 0 }), /no picture yet/);
});
