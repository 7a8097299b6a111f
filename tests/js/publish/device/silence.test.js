import assert from "node:assert/strict";
import { test } from "node:test";

import { Silence } from "../../../../static/js/publish/device/silence.js";

/**
 * Notes so many seconds.
 *
 * @param {Silence} silence
 * @param {number} from s
 * @param {number} to s
 * @param {number} pictures in each
 * @param {boolean} [isExpected]
 * @returns {number[]} the seconds in which to open the camera again
 */
function pass(silence, from, to, pictures, isExpected = true) {
  const opened = [];
  for (let second = from; second <= to; second += 1) {
    if (silence.note(pictures, isExpected, second * 1000)) opened.push(second);
  }
  return opened;
}

test("a camera that gives pictures, however few, is not silent", () => {
  const silence = new Silence();
  for (let second = 0; second < 60; second += 3) {
    pass(silence, second, second, 1);
    pass(silence, second + 1, second + 2, 0);
  }
  assert.ok(!silence.isSilent);
});

test("after four seconds without pictures it is, and is opened again ever more rarely", () => {
  const silence = new Silence();
  pass(silence, 0, 10, 30);
  assert.deepEqual(pass(silence, 11, 13, 0), []);
  assert.ok(!silence.isSilent);
  assert.deepEqual(pass(silence, 14, 300, 0), [14, 22, 38, 70, 130, 190, 250]);
  assert.ok(silence.isSilent);
});

test("with the first picture it is over, and the next time as quickly noticed", () => {
  const silence = new Silence();
  pass(silence, 0, 20, 0);
  assert.ok(silence.isSilent);
  pass(silence, 21, 21, 1);
  assert.ok(!silence.isSilent);
  assert.deepEqual(pass(silence, 22, 26, 0), [25]);
});

test("while none are expected, none are missed", () => {
  const silence = new Silence();
  pass(silence, 0, 5, 30);
  pass(silence, 6, 60, 0, false);
  assert.deepEqual(pass(silence, 61, 63, 0), []);
  assert.ok(!silence.isSilent);
});

test("what came while nothing was noted is not known", () => {
  const silence = new Silence();
  pass(silence, 0, 5, 30);
  assert.deepEqual(pass(silence, 60, 63, 0), []);
  assert.deepEqual(pass(silence, 64, 64, 0), [64]);
});
