import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { localTime } from "../../static/js/clock.js";
import { encoderConfig, supportedCodecs } from "../../static/js/capture/codecs.js";
import { plan } from "../../static/js/capture/ladder.js";
import { Sender } from "../../static/js/capture/sender.js";
import { Video } from "../../static/js/capture/video.js";
import { Codec, MAX_SENT_BYTES, Rendition, unpack } from "../../static/js/wire.js";
import { FakeVideoEncoder, FakeVideoFrame } from "./fakes.js";

Object.assign(globalThis, { VideoEncoder: FakeVideoEncoder, VideoFrame: FakeVideoFrame });

const VGA = { width: 640, height: 480 };
const PLAN = plan({ ...VGA, frameRate: 30, quality: 0.7 }, 0);

/** @type {import("../../static/js/wire.js").Frame[]} */
let frames;
/** @type {{ readyState: RTCDataChannelState, bufferedAmount: number, send: (message: any) => void }} */
let outlet;
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
  outlet = openOutlet();
  sender.offer(outlet);
  video = new Video(sender, {
    onBroken: () => told.push("broken"),
    onTooLarge: () => told.push("too large"),
  });
});

/** @returns {typeof outlet} */
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
  video.take({ picture: /** @type {any} */ (new FakeVideoFrame()), at, ...size }, now);
}

/** Takes so many pictures, each encoded at once. */
function film(count = 1) {
  for (let number = 0; number < count; number += 1) {
    take();
    for (const encoder of FakeVideoEncoder.all) encoder.finish();
  }
}

/** @param {import("../../static/js/wire.js").Frame[]} of */
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
  assert.deepEqual(frames.map(({ sequence }) => sequence), [1, 2, 3]);
  assert.ok(frames.every(({ session, codec }) => session === 7 && codec === Codec.H264));
  assert.ok(frames.every(({ rendition }) => rendition === Rendition.VIDEO));
  assert.ok(Math.abs(frames[2].capturedAt - at - 1000) < 0.01);
});

test("pictures and video are numbered apart", () => {
  video.wanted = "vp8";
  film(2);
  const about = { rendition: Rendition.STILL, codec: Codec.JPEG, key: true, at, ...VGA };
  sender.send(about, new Uint8Array(1));
  film(1);
  assert.deepEqual(frames.map(({ sequence }) => sequence), [1, 2, 1, 3]);
});

test("a key frame comes when it is asked for, and by itself every ten seconds", () => {
  video.wanted = "h264";
  film(3);
  video.askKeyFrame();
  film(306);
  const gap = Math.ceil(10_000 / 33);
  assert.deepEqual(keys().flatMap((key, index) => (key ? [index] : [])), [0, 3, 3 + gap]);
});

test("what was wanted is closed when it is not any more, and begins anew with a key frame", () => {
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
  const [h264, vp8] = FakeVideoEncoder.all;
  h264.finish();
  assert.ok(!h264.isClosed);
  take();
  vp8.finish();
  assert.ok(h264.isClosed);
  assert.deepEqual(
    frames.map(({ codec, key, sequence }) => [codec, key, sequence]),
    [
      [Codec.H264, true, 1],
      [Codec.H264, false, 2],
      [Codec.H264, false, 3],
      [Codec.VP8, true, 4],
      [Codec.VP8, false, 5],
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
  outlet.bufferedAmount = 100_000;
  film(3);
  outlet.bufferedAmount = 0;
  film(2);
  assert.deepEqual(keys(), [true, false, false, false]);
  assert.deepEqual(frames.map(({ sequence }) => sequence), [1, 2, 3, 4]);
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
  assert.deepEqual(frames.map(({ sequence }) => sequence), [1, 2, 3, 4]);
});

test("on another way a chain begins anew", () => {
  video.wanted = "h264";
  film(2);
  sender.offer(openOutlet());
  film(2);
  assert.deepEqual(keys(), [true, false, true, false]);
});

test("an encoder that fails is made anew, and given up when that fails soon, too", () => {
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
  for (const _attempt of [1, 2]) {
    film(1);
    FakeVideoEncoder.last.fail();
  }
  mock.timers.tick(59_999);
  assert.deepEqual([...video.broken], ["h264"]);
  mock.timers.tick(1);
  assert.deepEqual([told, ...video.broken], [["broken", "broken"]]);
  film(1);
  assert.deepEqual(keys(), [true, true, true]);
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
  assert.ok(frames.every(({ codec }) => codec === Codec.VP8));
  assert.equal(frames.length, 4);
});

test("every picture that was encoded is closed", () => {
  const before = FakeVideoFrame.open;
  video.wanted = "h264";
  film(3);
  // The pictures themselves are the caller's.
  assert.equal(FakeVideoFrame.open - before, 3);
});

test("the level of H.264 fits the pictures", () => {
  const name = (/** @type {number} */ width, /** @type {number} */ height, frameRate = 30) =>
    encoderConfig("h264", { width, height }, { bitRate: 1e6, frameRate }).codec;
  assert.equal(name(640, 480), "avc1.42e01e");
  assert.equal(name(1280, 720), "avc1.42e01f");
  assert.equal(name(1920, 1080), "avc1.42e028");
  assert.equal(name(1920, 1920), "avc1.42e033");
  assert.equal(name(640, 480, 60), "avc1.42e01f");
});

test("the codecs that the browser encodes at the camera's size are told, best first", async () => {
  const rates = { bitRate: 1e6, frameRate: 30 };
  FakeVideoEncoder.supported = ["vp8", "avc1.42e01e"];
  assert.deepEqual(await supportedCodecs(VGA, rates), ["h264", "vp8"]);
  assert.deepEqual(await supportedCodecs({ width: 1920, height: 1080 }, rates), ["vp8"]);
});

test("a browser without encoders has none", async () => {
  const { VideoEncoder } = globalThis;
  Reflect.deleteProperty(globalThis, "VideoEncoder");
  assert.deepEqual(await supportedCodecs(VGA, { bitRate: 1e6, frameRate: 30 }), []);
  Object.assign(globalThis, { VideoEncoder });
});
