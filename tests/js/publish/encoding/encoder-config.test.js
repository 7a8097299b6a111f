import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { h264 } from "../../../../static/js/protocol/codecs/h264.js";
import {
  encodableCodecs,
  encoderConfig,
} from "../../../../static/js/publish/encoding/encoder-config.js";
import { FakeVideoEncoder, FakeVideoFrame } from "../../fakes.js";

const VGA = { width: 640, height: 480 };

beforeEach(() => {
  Object.assign(globalThis, { VideoEncoder: FakeVideoEncoder, VideoFrame: FakeVideoFrame });
});

test("the level of H.264 fits the pictures", () => {
  const name = (/** @type {number} */ width, /** @type {number} */ height, frameRate = 30) =>
    encoderConfig(h264, { width, height }, { bitRate: 1e6, frameRate }).codec;
  assert.equal(name(640, 480), "avc1.42e01e");
  assert.equal(name(1280, 720), "avc1.42e01f");
  assert.equal(name(1920, 1080), "avc1.42e028");
  assert.equal(name(1920, 1920), "avc1.42e033");
  assert.equal(name(640, 480, 60), "avc1.42e01f");
});

test("the codecs that the browser encodes at the camera's size are told, best first", async () => {
  const rates = { bitRate: 1e6, frameRate: 30 };
  FakeVideoEncoder.supported = ["vp8", "avc1.42e01e"];
  assert.deepEqual(await encodableCodecs(VGA, rates), ["h264", "vp8"]);
  assert.deepEqual(await encodableCodecs({ width: 1920, height: 1080 }, rates), ["vp8"]);
});

test("a browser without encoders has none", async () => {
  const { VideoEncoder } = globalThis;
  Reflect.deleteProperty(globalThis, "VideoEncoder");
  assert.deepEqual(await encodableCodecs(VGA, { bitRate: 1e6, frameRate: 30 }), []);
  Object.assign(globalThis, { VideoEncoder });
});
