import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { decodableCodecs, decoderConfig } from "../../../../static/js/watch/decoding/decoders.js";
import { VIDEO_CODECS } from "../../../../static/js/protocol/codecs/index.js";

const browser = /** @type {any} */ (globalThis);

afterEach(() => {
  delete browser.VideoDecoder;
});

/** @param {string} prefix of the one codec that the browser decodes */
function decode(prefix) {
  browser.VideoDecoder = {
    isConfigSupported: async (/** @type {VideoDecoderConfig} */ { codec }) => ({
      supported: codec.startsWith(prefix),
    }),
  };
}

test("only what the browser decodes can be shown, the best first", async () => {
  decode("");
  assert.deepEqual(await decodableCodecs(), ["h264", "vp8"]);
  decode("vp8");
  assert.deepEqual(await decodableCodecs(), ["vp8"]);
});

test("a codec that the browser has never heard of is none that it decodes", async () => {
  browser.VideoDecoder = {
    isConfigSupported: async (/** @type {VideoDecoderConfig} */ { codec }) => {
      if (codec !== "vp8") throw new TypeError(`What is ${codec}?`);
      return { supported: true };
    },
  };
  assert.deepEqual(await decodableCodecs(), ["vp8"]);
});

test("video that does not say its colours has those of BT.601, as VP8's standard says", () => {
  for (const codec of VIDEO_CODECS) {
    const { matrix, fullRange } = decoderConfig(codec).colorSpace ?? {};
    assert.deepEqual({ matrix, fullRange }, { matrix: "smpte170m", fullRange: false });
  }
});

test("without WebCodecs there is no video", async () => {
  assert.deepEqual(await decodableCodecs(), []);
});
