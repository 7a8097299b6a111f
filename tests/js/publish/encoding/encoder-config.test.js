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

test("an encoder is asked for its codec, size and rates, and to be quick", () => {
  const config = encoderConfig(h264, VGA, { bitRate: 1e6, frameRate: 30 });
  assert.deepEqual(config, {
    codec: "avc1.42e01e",
    avc: { format: "annexb" },
    ...VGA,
    bitrate: 1e6,
    framerate: 30,
    latencyMode: "realtime",
    hardwareAcceleration: "no-preference",
  });
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
