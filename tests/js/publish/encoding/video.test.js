import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { localTime } from "../../../../static/js/lib/clock.js";
import { plan } from "../../../../static/js/publish/encoding/ladder.js";
import { Sender } from "../../../../static/js/publish/encoding/sender.js";
import { Video } from "../../../../static/js/publish/encoding/video.js";
import { h264 } from "../../../../static/js/protocol/codecs/h264.js";
import { jpeg } from "../../../../static/js/protocol/codecs/jpeg.js";
import { vp8 } from "../../../../static/js/protocol/codecs/vp8.js";
import { MAX_SENT_BYTES, Rendition, unpack } from "../../../../static/js/protocol/wire.js";
import { FakeCanvas, FakeVideoEncoder, FakeVideoFrame } from "../../fakes.js";

Object.assign(globalThis, {
  VideoEncoder: FakeVideoEncoder,
  VideoFrame: FakeVideoFrame,
  OffscreenCanvas: FakeCanvas,
});

const VGA = { width: 640, height: 480 };
const PLAN = plan({ ...VGA, frameRate: 30, quality: 0.7 }, 0);

/** @type {import("../../../../static/js/protocol/wire.js").Frame[]} */
let frames;
/** @type {{ readyState: RTCDataChannelState, bufferedAmount: number, send: (message: any) => void }} */
let channel;
/** @type {Sender} */
let sender;
/** @type {string[]} */
let told;
/** @type {Video} */
let video;
let at = 0;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  FakeVideoEncoder.all = [];
  frames = [];
  told = [];
  at = localTime();
  sender = new Sender();
  sender.session = 7;
  sender.offset = 1000;
  channel = openOutlet();
  sender.addChannel(channel);
  video = new Video(sender, {
    onBroken: () => told.push("broken"),
    onTooLarge: () => told.push("too large"),
  });
});

/** @returns {typeof channel} */
function openOutlet() {
  return {
    readyState: "open",
    bufferedAmount: 0,
    send: (message) => frames.push(unpack(message.buffer)),
  };
}

/** Takes one more picture of the camera, 33 ms later. */
function take(now = PLAN, size = VGA) {
  at += 33;
  video.take({ picture: /** @type {any} */ (new FakeVideoFrame()), capturedAt: at, ...size }, now);
}

/** Takes so many pictures, each encoded at once. */
function film(count = 1) {
  for (let number = 0; number < count; number += 1) {
    take();
    for (const encoder of FakeVideoEncoder.all) encoder.finish();
  }
}

/** The encoder fails twice, which is once too often. */
function giveUp() {
  for (const _attempt of [1, 2]) {
    film(1);
    FakeVideoEncoder.last.fail();
  }
}

/** @param {import("../../../../static/js/protocol/wire.js").Frame[]} of */
function keys(of = frames) {
  return of.map(({ key }) => key);
}

test("what is not wanted is not encoded", () => {
  film(3);
  assert.equal(FakeVideoEncoder.all.length, 0);
});

test("a chain begins with a key frame; its frames say when they were captured, by the server's clock", () => {
  video.wanted = "h264";
  film(3);
  assert.deepEqual(keys(), [true, false, false]);
  assert.deepEqual(
    frames.map(({ sequence }) => sequence),
    [1, 2, 3],
  );
  assert.ok(frames.every(({ session, codec }) => session === 7 && codec === h264.number));
  assert.ok(frames.every(({ rendition }) => rendition === Rendition.VIDEO));
  assert.ok(Math.abs(frames[2].capturedAt - at - 1000) < 0.01);
});

test("pictures and video are numbered apart", () => {
  video.wanted = "vp8";
  film(2);
  const about = {
    rendition: Rendition.STILL,
    codec: jpeg.number,
    key: true,
    capturedAt: at,
    ...VGA,
  };
  sender.send(about, new Uint8Array(1));
  film(1);
  assert.deepEqual(
    frames.map(({ sequence }) => sequence),
    [1, 2, 1, 3],
  );
});

test("a key frame comes when it is asked for, and by itself every ten seconds", () => {
  video.wanted = "h264";
  film(3);
  video.askKeyFrame();
  film(306);
  const gap = Math.ceil(10_000 / 33);
  assert.deepEqual(
    keys().flatMap((key, index) => (key ? [index] : [])),
    [0, 3, 3 + gap],
  );
});

test("an encoder is closed once it is not wanted, and the next one starts with a key frame", () => {
  video.wanted = "h264";
  film(2);
  video.wanted = null;
  assert.ok(FakeVideoEncoder.last.isClosed);
  video.wanted = "h264";
  film(1);
  assert.deepEqual(keys(), [true, false, true]);
  assert.equal(frames[2].sequence, 3);
});

test("another codec takes over with its first frame, and the one before goes on until then", () => {
  video.wanted = "h264";
  film(2);
  video.wanted = "vp8";
  take();
  const [first, second] = FakeVideoEncoder.all;
  first.finish();
  assert.ok(!first.isClosed);
  take();
  second.finish();
  assert.ok(first.isClosed);
  assert.deepEqual(
    frames.map(({ codec, key, sequence }) => [codec, key, sequence]),
    [
      [h264.number, true, 1],
      [h264.number, false, 2],
      [h264.number, false, 3],
      [vp8.number, true, 4],
      [vp8.number, false, 5],
    ],
  );
});

test("another size is another encoder, and begins with a key frame", () => {
  video.wanted = "h264";
  film(2);
  take(plan({ ...VGA, frameRate: 30, quality: 0.7 }, 6));
  FakeVideoEncoder.last.finish();
  const [{ key, width, height }] = frames.slice(-1);
  assert.deepEqual({ key, width, height }, { key: true, width: 320, height: 240 });
});

test("another bit rate is told to the same encoder", () => {
  video.wanted = "h264";
  film(2);
  take(plan({ ...VGA, frameRate: 30, quality: 0.7 }, 2));
  assert.equal(FakeVideoEncoder.all.length, 1);
  assert.equal(FakeVideoEncoder.last.config?.bitrate, Math.round(PLAN.bitRate / 2));
});

test("where the channel is full, a picture is skipped before it is encoded: the chain stays whole", () => {
  video.wanted = "h264";
  film(2);
  channel.bufferedAmount = 100_000;
  film(3);
  channel.bufferedAmount = 0;
  film(2);
  assert.deepEqual(keys(), [true, false, false, false]);
  assert.deepEqual(
    frames.map(({ sequence }) => sequence),
    [1, 2, 3, 4],
  );
  assert.equal(video.tally.skipped, 3);
});

test("pictures do not pile up in a slow encoder", () => {
  video.wanted = "h264";
  film(1);
  for (let number = 0; number < 5; number += 1) take();
  assert.equal(FakeVideoEncoder.last.encodeQueueSize, 2);
  assert.equal(video.tally.takeSecond().busy, 3);
});

test("after a frame that is too large nothing builds on it: a key frame is next, once", () => {
  video.wanted = "h264";
  film(1);
  take();
  take();
  FakeVideoEncoder.last.bytes = MAX_SENT_BYTES;
  FakeVideoEncoder.last.finish(1);
  FakeVideoEncoder.last.bytes = 100;
  FakeVideoEncoder.last.finish();
  film(3);
  assert.deepEqual(told, ["too large"]);
  assert.deepEqual(keys(), [true, true, false, false]);
  assert.deepEqual(
    frames.map(({ sequence }) => sequence),
    [1, 2, 3, 4],
  );
});

test("on another channel a new chain begins", () => {
  video.wanted = "h264";
  film(2);
  sender.addChannel(openOutlet());
  film(2);
  assert.deepEqual(keys(), [true, false, true, false]);
});

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
  at = localTime() - 1000;
  film(6);
  assert.deepEqual(told, []);
  film(1);
  assert.deepEqual([...video.broken], ["vp8"]);
});

test("a codec whose frames come late for a moment stays", () => {
  video.wanted = "vp8";
  for (let round = 0; round < 5; round += 1) {
    at = localTime() - 1000;
    film(5);
    at = localTime();
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

test("colours that VP8 cannot name are changed before it encodes; H.264 says them itself", () => {
  const before = FakeVideoFrame.open;
  FakeVideoFrame.colorSpace = { matrix: "bt709", fullRange: false };
  video.wanted = "vp8";
  film(1);
  assert.deepEqual(FakeVideoEncoder.last.colours, ["smpte170m"]);
  video.wanted = "h264";
  film(1);
  assert.deepEqual(FakeVideoEncoder.last.colours, ["bt709"]);
  FakeVideoFrame.colorSpace = { matrix: null, fullRange: null };
  video.wanted = "vp8";
  film(1);
  assert.deepEqual(FakeVideoEncoder.last.colours, [null]);
  // The pictures themselves are the caller's.
  assert.equal(FakeVideoFrame.open - before, 3);
});

test("every picture that was encoded is closed", () => {
  const before = FakeVideoFrame.open;
  video.wanted = "h264";
  film(3);
  // The pictures themselves are the caller's.
  assert.equal(FakeVideoFrame.open - before, 3);
});
