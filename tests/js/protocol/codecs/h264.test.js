import assert from "node:assert/strict";
import { test } from "node:test";

import { h264 } from "../../../../static/js/protocol/codecs/h264.js";

test("the level of H.264 fits the pictures", () => {
  const name = (/** @type {number} */ width, /** @type {number} */ height, frameRate = 30) =>
    h264.encoder({ width, height }, frameRate).codec;
  assert.equal(name(640, 480), "avc1.42e01e");
  assert.equal(name(1280, 720), "avc1.42e01f");
  assert.equal(name(1920, 1080), "avc1.42e028");
  assert.equal(name(1920, 1920), "avc1.42e033");
  assert.equal(name(640, 480, 60), "avc1.42e01f");
});

test("decoders are asked for the level of 1920 x 1080 at 30 fps", () => {
  assert.equal(h264.decoder, h264.encoder({ width: 1920, height: 1080 }, 30).codec);
});
