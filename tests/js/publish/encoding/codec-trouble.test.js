import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { vp8 } from "../../../../static/js/protocol/codecs/vp8.js";
import { FakeVideoEncoder } from "../../fakes.js";
import { fallBehind, film, frames, keys, take, told, video } from "./video-rig.js";

/** The encoder fails twice, which is once too often. */
function giveUp() {
  for (const _attempt of [1, 2]) {
    film(1);
    FakeVideoEncoder.last.fail();
  }
}

test("an encoder that fails is replaced, and given up when that one fails soon, too", () => {
  video.wanted = "h264";
  film(2);
  FakeVideoEncoder.last.fail();
  film(2);
  assert.deepEqual(told, []);
  assert.deepEqual(keys(), [true, false, true, false]);
  FakeVideoEncoder.last.fail();
  film(2);
  assert.deepEqual(told, ["broken"]);
  assert.deepEqual([...video.broken], ["h264"]);
  assert.equal(frames.length, 4);
});

test("an encoder that was given up is tried again after a minute", () => {
  video.wanted = "h264";
  giveUp();
  mock.timers.tick(59_999);
  assert.deepEqual([...video.broken], ["h264"]);
  mock.timers.tick(1);
  assert.deepEqual([told, ...video.broken], [["broken", "broken"]]);
  film(1);
  assert.deepEqual(keys(), [true, true, true]);
});

test("codecs that are all tried again have no timer left of before", () => {
  video.wanted = "h264";
  giveUp();
  mock.timers.tick(30_000);
  video.resetBroken();
  giveUp();
  mock.timers.tick(30_000);
  assert.deepEqual([...video.broken], ["h264"]);
});

test("what is closed tries nothing again", () => {
  video.wanted = "h264";
  giveUp();
  video.close();
  mock.timers.tick(60_000);
  assert.deepEqual(told, ["broken"]);
});

test("a codec that does not even begin costs the one before nothing", () => {
  video.wanted = "vp8";
  film(2);
  video.wanted = "h264";
  for (const _attempt of [1, 2]) {
    take();
    FakeVideoEncoder.last.fail();
    FakeVideoEncoder.all[0].finish();
  }
  assert.deepEqual(told, ["broken"]);
  assert.ok(frames.every(({ codec }) => codec === vp8.number));
  assert.equal(frames.length, 4);
});

/**
 * Films with encoders that keep so many pictures inside.
 *
 * @param {number} ahead
 * @param {number} count
 */
function filmHeld(ahead, count) {
  for (let number = 0; number < count; number += 1) {
    take();
    for (const encoder of FakeVideoEncoder.all) {
      encoder.ahead = ahead;
      encoder.finish();
    }
  }
}

test("a codec that looks ahead is left after a second, before its first frame comes", () => {
  video.wanted = "h264";
  filmHeld(41, 30);
  assert.deepEqual(told, []);
  filmHeld(41, 10);
  assert.deepEqual(told, ["broken"]);
  assert.deepEqual([...video.broken], ["h264"]);
  assert.ok(FakeVideoEncoder.last.isClosed);
  assert.equal(frames.length, 0);
});

test("a codec that keeps few pictures inside stays", () => {
  video.wanted = "h264";
  filmHeld(3, 90);
  assert.deepEqual(told, []);
  assert.equal(FakeVideoEncoder.all.length, 1);
  assert.equal(frames.length, 87);
});

test("a codec that keeps more than that is left, however smooth its frames come", () => {
  video.wanted = "h264";
  filmHeld(4, 90);
  assert.deepEqual([...video.broken], ["h264"]);
});

test("a codec that looks ahead is tried again after a minute, and then ever more rarely", () => {
  video.wanted = "h264";
  for (const minutes of [1, 2, 4]) {
    filmHeld(41, 60);
    mock.timers.tick(minutes * 60_000 - 1);
    assert.deepEqual([...video.broken], ["h264"]);
    mock.timers.tick(1);
    assert.deepEqual([...video.broken], []);
  }
});

test("the codec before goes on while another that looks ahead is tried", () => {
  video.wanted = "vp8";
  film(2);
  video.wanted = "h264";
  for (let number = 0; number < 60; number += 1) {
    take();
    if (FakeVideoEncoder.all[1]) FakeVideoEncoder.all[1].ahead = 41;
    for (const encoder of FakeVideoEncoder.all) encoder.finish();
  }
  assert.deepEqual([...video.broken], ["h264"]);
  video.wanted = "vp8";
  film(1);
  assert.ok(frames.every(({ codec }) => codec === vp8.number));
  assert.deepEqual([FakeVideoEncoder.all.length, frames.at(-1)?.key], [2, false]);
});

test("a codec whose frames all come late is left, however few it keeps inside", () => {
  video.wanted = "vp8";
  fallBehind(1000);
  film(6);
  assert.deepEqual(told, []);
  film(1);
  assert.deepEqual([...video.broken], ["vp8"]);
});

test("a codec whose frames come late for a moment stays", () => {
  video.wanted = "vp8";
  for (let round = 0; round < 5; round += 1) {
    fallBehind(1000);
    film(5);
    fallBehind(0);
    film(1);
  }
  assert.deepEqual(told, []);
});

test("a busy device is no codec that looks ahead: its pictures wait before the codec", () => {
  video.wanted = "h264";
  for (let number = 0; number < 90; number += 1) take();
  assert.deepEqual(told, []);
});

test("pictures that an encoder drops are not counted as kept", () => {
  video.wanted = "h264";
  for (let number = 0; number < 90; number += 1) {
    take();
    FakeVideoEncoder.last.drop();
    film(1);
  }
  assert.deepEqual(told, []);
});
