import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { decodableCodecs, kindOf } from "../../../../static/js/watch/decoding/decoders.js";
import { Codec, Rendition } from "../../../../static/js/protocol/wire.js";

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

test("without WebCodecs there is no video", async () => {
  assert.deepEqual(await decodableCodecs(), []);
});

test("each frame says what it is", () => {
  const header = { key: true, session: 1, sequence: 1, capturedAt: 0, width: 16, height: 8 };
  const kind = (/** @type {number} */ rendition, /** @type {number} */ codec) =>
    kindOf({ ...header, rendition, codec });
  assert.equal(kind(Rendition.STILL, Codec.JPEG), "Stills");
  assert.equal(kind(Rendition.JPEG, Codec.JPEG), "JPEG");
  assert.equal(kind(Rendition.VIDEO, Codec.H264), "H.264");
  assert.equal(kind(Rendition.VIDEO, Codec.VP8), "VP8");
});
