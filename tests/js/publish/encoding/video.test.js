import assert from "node:assert/strict";
import { test } from "node:test";

import { h264 } from "../../../../static/js/protocol/codecs/h264.js";
import { jpeg } from "../../../../static/js/protocol/codecs/jpeg.js";
import { vp8 } from "../../../../static/js/protocol/codecs/vp8.js";
import { MAX_SENT_BYTES, Rendition } from "../../../../static/js/protocol/wire.js";
import { plan } from "../../../../static/js/publish/encoding/ladder.js";
import { FakeVideoEncoder, FakeVideoFrame } from "../../fakes.js";
import {
  PLAN,
  VGA,
  at,
  channel,
  film,
  frames,
  keys,
  openOutlet,
  sender,
  take,
  told,
  video,
} from "./video-rig.js";

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
